"""An agency that tries what it must not: it speaks Kafka's protocol itself, so that no client is polite for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kafka.admin import KafkaAdminClient
from kafka.protocol.admin import (
    CreateTopicsRequest,
    DeleteGroupsRequest,
    DeleteRecordsRequest,
    DeleteTopicsRequest,
    DescribeGroupsRequest,
)
from kafka.protocol.consumer import (
    FetchRequest,
    JoinGroupRequest,
    ListOffsetsRequest,
    OffsetCommitRequest,
    OffsetFetchRequest,
)
from kafka.protocol.metadata import FindCoordinatorRequest, MetadataRequest
from kafka.protocol.producer import ProduceRequest

from services.platform.agency_access import MECHANISM, KafkaCredentials
from services.platform.settings import Settings

DENIED = {29, 30, 31}
"""TOPIC_, GROUP_ and CLUSTER_AUTHORIZATION_FAILED."""
BATCH = bytes.fromhex(
    "00000000000000000000003effffffff02"  # base offset, length, leader epoch, magic
    "00000000"  # a wrong checksum: nobody denied comes so far that it is looked at
    "000000000000000000000000000000000000ffffffffffffffffffffffffffff00000001"
)


def connect(settings: Settings, granted: KafkaCredentials) -> dict[str, Any]:
    """The settings of a client of this agency."""
    return {
        "bootstrap_servers": settings.agency_kafka,
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": MECHANISM,
        "sasl_plain_username": granted.username,
        "sasl_plain_password": granted.password,
        "ssl_cafile": str(settings.kafka_authority),
    }


class Intruder:
    """An agency's connection; each method returns the error codes that the broker answers with."""

    def __init__(self, admin: KafkaAdminClient) -> None:
        self._manager = admin._manager

    def _send(self, request: Any) -> Any:
        return self._manager.run(self._manager.send, request)

    def session_lifetimes_ms(self) -> list[int]:
        """What the broker told each open connection: how long its password holds."""
        return [one._reauth.session_lifetime_ms for one in self._manager._conns.values() if one.connected]

    def describe(self, topic: str) -> set[int]:
        """Asks for the topic's partitions."""
        asked = MetadataRequest.MetadataRequestTopic(name=topic)
        answer = self._send(MetadataRequest(topics=[asked], allow_auto_topic_creation=False, max_version=8))
        return {one.error_code for one in answer.topics}

    def read(self, topic: str) -> set[int]:
        """Fetches its first partition from the beginning."""
        partition = FetchRequest.FetchTopic.FetchPartition(
            partition=0, fetch_offset=0, partition_max_bytes=1024, current_leader_epoch=-1, log_start_offset=-1
        )
        wanted = FetchRequest.FetchTopic(topic=topic, partitions=[partition])
        request = FetchRequest(
            replica_id=-1, max_wait_ms=0, min_bytes=0, max_bytes=1024, isolation_level=0, session_id=0,
            session_epoch=-1, topics=[wanted], forgotten_topics_data=[], rack_id="", max_version=11,
        )  # fmt: skip
        answer = self._send(request)
        return {part.error_code for one in answer.responses for part in one.partitions}

    def offsets(self, topic: str) -> set[int]:
        """Asks how much stands on it."""
        partition = ListOffsetsRequest.ListOffsetsTopic.ListOffsetsPartition(
            partition_index=0, timestamp=-1, current_leader_epoch=-1
        )
        wanted = ListOffsetsRequest.ListOffsetsTopic(name=topic, partitions=[partition])
        answer = self._send(ListOffsetsRequest(replica_id=-1, isolation_level=0, topics=[wanted], max_version=5))
        return {part.error_code for one in answer.topics for part in one.partitions}

    def write(self, topic: str) -> set[int]:
        """Produces to it."""
        data = ProduceRequest.TopicProduceData
        part = data.PartitionProduceData(index=0, records=BATCH)
        request = ProduceRequest(
            transactional_id=None, acks=1, timeout_ms=1000,
            topic_data=[data(name=topic, partition_data=[part])], max_version=8,
        )  # fmt: skip
        return {part.error_code for one in self._send(request).responses for part in one.partition_responses}

    def delete(self, topic: str) -> set[int]:
        """Deletes it."""
        answer = self._send(DeleteTopicsRequest(topic_names=[topic], timeout_ms=1000, max_version=5))
        return {one.error_code for one in answer.responses}

    def truncate(self, topic: str) -> set[int]:
        """Deletes its messages."""
        partition = DeleteRecordsRequest.DeleteRecordsTopic.DeleteRecordsPartition(partition_index=0, offset=-1)
        wanted = DeleteRecordsRequest.DeleteRecordsTopic(name=topic, partitions=[partition])
        answer = self._send(DeleteRecordsRequest(topics=[wanted], timeout_ms=1000))
        return {part.error_code for one in answer.topics for part in one.partitions}

    def create(self, topic: str) -> set[int]:
        """Makes a topic."""
        wanted = CreateTopicsRequest.CreatableTopic(
            name=topic, num_partitions=1, replication_factor=1, assignments=[], configs=[]
        )
        answer = self._send(CreateTopicsRequest(topics=[wanted], timeout_ms=1000, validate_only=False))
        return {one.error_code for one in answer.topics}

    def group(self, group: str, topic: str) -> dict[str, set[int]]:
        """Joins a group, asks after it, moves and reads its position, deletes it."""
        protocol = JoinGroupRequest.JoinGroupRequestProtocol(name="range", metadata=b"\0\0\0\0\0\0\0\0\0\0")
        join = JoinGroupRequest(
            group_id=group, session_timeout_ms=6000, rebalance_timeout_ms=6000, member_id="",
            protocol_type="consumer", protocols=[protocol], max_version=3,
        )  # fmt: skip
        at = OffsetCommitRequest.OffsetCommitRequestTopic
        commit = OffsetCommitRequest(
            group_id=group, generation_id_or_member_epoch=-1, member_id="",
            topics=[at(name=topic, partitions=[at.OffsetCommitRequestPartition(
                partition_index=0, committed_offset=7, committed_leader_epoch=-1, committed_metadata="")])],
            max_version=6,
        )  # fmt: skip
        committed = self._send(commit)
        return {
            "coordinator": {self._send(FindCoordinatorRequest(key=group, key_type=0, max_version=3)).error_code},
            "join": {self._send(join).error_code},
            "commit": {part.error_code for one in committed.topics for part in one.partitions},
            "position": {
                self._send(
                    OffsetFetchRequest(group_id=group, topics=None, require_stable=False, max_version=5)
                ).error_code
            },
            "describe": {
                one.error_code for one in self._send(DescribeGroupsRequest(groups=[group], max_version=4)).groups
            },
            "delete": {
                one.error_code for one in self._send(DeleteGroupsRequest(groups_names=[group], max_version=1)).results
            },
        }


@contextmanager
def intruder(settings: Settings, granted: KafkaCredentials) -> Iterator[Intruder]:
    """This agency's raw connection."""
    admin = KafkaAdminClient(**connect(settings, granted), client_id="intruder")
    try:
        yield Intruder(admin)
    finally:
        admin.close()
