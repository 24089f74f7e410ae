"""What an agency needs to receive from OneVisit: its own topics, certificates checked, each exactly once in effect.

See docs/delivery.md of the project, with an example of 20 lines.
"""

from onevisit_agency.certificates import CertificateChecker, CertificateInvalid, CheckedCertificate
from onevisit_agency.delivery import Delivery, DeliveryUnreadable, Kind
from onevisit_agency.feed import Access, Feed, PositionLost, TopicMissing
from onevisit_agency.position import FilePosition, Place, Position, SqlPosition
from onevisit_agency.webhooks import WebhookInvalid, verify_webhook

__all__ = [
    "Access",
    "CertificateChecker",
    "CertificateInvalid",
    "CheckedCertificate",
    "Delivery",
    "DeliveryUnreadable",
    "Feed",
    "FilePosition",
    "Kind",
    "Place",
    "Position",
    "PositionLost",
    "SqlPosition",
    "TopicMissing",
    "WebhookInvalid",
    "verify_webhook",
]
