"""Resources of AWS End User Messaging: only with a list that names it. Its events reach the queue of receipts."""

from typing import Any

from notifications.contracts.enumerations import ReceiptState
from receiver.eum_events import STATES
from tests.template.conftest import Resources
from tests.template.deployment.resolution import Resolution

LIST = "providers: [{name: aws, kind: eum, senders: [{identity: SHOP}]}]"
NAMES = {
    "EumConfigurationSet",
    "EumPolicy",
    "EumQueuePolicy",
    "EumSubscription",
    "EumTopic",
    "EumTopicPolicy",
}


def test_its_resources_exist_only_if_the_list_names_it(template: dict[str, Any]) -> None:
    conditional = {name for name, each in template["Resources"].items() if each.get("Condition") == "UsesEum"}
    assert conditional == NAMES
    assert Resolution(template, {"Providers": LIST}).holds("UsesEum")
    for without in ({}, {"Providers": LIST.replace("eum", "sns")}, {"Providers": LIST, "Stage": "local"}):
        assert not Resolution(template, without).holds("UsesEum")


def test_the_events_that_say_something_of_the_delivery_are_receipts(resources: Resources) -> None:
    (destination,) = resources["EumConfigurationSet"]["Properties"]["EventDestinations"]
    assert set(destination["MatchingEventTypes"]) == {kind for kind, state in STATES.items() if state in ReceiptState}
    assert destination["SnsDestination"] == {"TopicArn": {"Ref": "EumTopic"}}


def test_only_this_topic_writes_to_the_queue_of_receipts_and_only_the_service_to_the_topic(
    resources: Resources,
) -> None:
    (to_queue,) = resources["EumQueuePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert to_queue["Principal"] == {"Service": "sns.amazonaws.com"}
    assert to_queue["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Ref": "EumTopic"}}}
    (to_topic,) = resources["EumTopicPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert to_topic["Principal"] == {"Service": "sms-voice.amazonaws.com"}
    assert to_topic["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}


def test_the_receiver_gets_the_event_without_an_envelope(resources: Resources) -> None:
    subscription = resources["EumSubscription"]["Properties"]
    assert subscription["RawMessageDelivery"] is True
    assert subscription["Endpoint"] == {"Fn::GetAtt": ["ReceiptQueue", "Arn"]}
