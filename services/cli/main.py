"""The command line ``onevisit``: one module per command, registered here, imported only when it runs."""

import typer

from services.cli import (
    access,
    access_kafka,
    access_staff,
    align,
    audit,
    backup,
    burden,
    certificate,
    challenge,
    clock,
    deliveries,
    evaluate,
    lapses,
    life_events,
    merge,
    models,
    plan,
    privacy,
    receipts,
    recognition,
    redrive,
    restore,
    retention,
    stack,
    stops,
    verify,
)
from services.cli.demo import command as demo_command

app = typer.Typer(
    name="onevisit",
    help="OneVisit 一访通: one home visit proves to every agency that an old person is alive.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.command()(verify.verify)
app.command("evaluate", epilog=evaluate.EPILOG)(evaluate.evaluate_command)
app.add_typer(models.app, name="models")
app.add_typer(challenge.app, name="challenge")
app.add_typer(certificate.app, name="certificate")
access.app.command("kafka", epilog="Example: onevisit access kafka hrss --out hrss.json")(access_kafka.kafka)
access.app.command("kafka-revoke", epilog="Example: onevisit access kafka-revoke hrss")(access_kafka.kafka_revoke)
access.app.command("kafka-renew", epilog="Example: onevisit access kafka-renew")(access_kafka.kafka_renew)
access.app.command("invite", epilog="Example: onevisit access invite --role scheduler --area 990101001 --name 王芳")(
    access_staff.invite
)
access.app.command("sso", epilog="Example: onevisit access sso 8f14e45f --role reviewer --area county")(
    access_staff.sso
)
access.app.add_typer(access_staff.sessions_app, name="sessions")
app.add_typer(access.app, name="access")
app.add_typer(deliveries.app, name="deliveries")
app.add_typer(audit.app, name="audit")
app.add_typer(privacy.app, name="privacy")
app.add_typer(recognition.app, name="recognition")
app.add_typer(life_events.app, name="life-events")
app.command("merge", epilog=merge.EPILOG)(merge.merge_command)
app.command("align", epilog=align.EPILOG)(align.align_command)
app.command("plan", epilog=plan.EPILOG)(plan.plan_command)
app.command("receipts", epilog=receipts.EPILOG)(receipts.receipts_command)
app.command("lapses", epilog=lapses.EPILOG)(lapses.lapses_command)
app.command("burden", epilog=burden.EPILOG)(burden.burden_command)
app.command("stops", epilog=stops.EPILOG)(stops.stops_command)
app.command("retention", epilog=retention.EPILOG)(retention.retention_command)
app.command("backup", epilog=backup.EPILOG)(backup.backup_command)
app.command("restore", epilog=restore.EPILOG)(restore.restore_command)
app.command("clock", epilog=clock.EPILOG)(clock.clock_command)
app.command("redrive", epilog=redrive.EPILOG)(redrive.redrive_command)
app.command(epilog=stack.UP_EPILOG)(stack.up)
app.command(epilog=stack.DOWN_EPILOG)(stack.down)
app.command(epilog=stack.DOCTOR_EPILOG)(stack.doctor)
app.command("demo", epilog=demo_command.EPILOG)(demo_command.demo)
