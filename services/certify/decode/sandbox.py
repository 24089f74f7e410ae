"""What the decoding process gives up before it reads a hostile file. The kernel holds it, whatever the file makes the
decoder do."""

import resource


def give_up(memory_bytes: int, cpu_seconds: int) -> None:
    """Bounds this process for good: memory, CPU time, and no new file, socket, process, written byte or core dump.

    With no descriptor to be had neither a playlist nor an external reference can be followed, to wherever it leads;
    what is open already (the clip, the pipe to the parent) stays usable. Whatever is needed must be imported before.
    """
    for limit, value in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(limit, (value, value))
