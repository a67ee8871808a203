"""Queues and their consumers."""

from tests.template.conftest import Resources, as_list, of_type


def consumers(resources: Resources) -> dict[str, str]:
    """Return the consuming function by queue, for queues that have one."""
    mappings = of_type(resources, "AWS::Lambda::EventSourceMapping").values()
    functions = {each["EventSourceArn"]["Fn::GetAtt"][0]: each["FunctionName"]["Ref"] for each in mappings}
    return {queue: function.removesuffix("Aliaslive") for queue, function in functions.items()}


def test_every_queue_has_a_consumer_that_fits_its_visibility_or_an_alarm(resources: Resources) -> None:
    functions, queues = consumers(resources), of_type(resources, "AWS::SQS::Queue")
    for name in functions:
        assert queues[name]["VisibilityTimeout"] >= 6 * resources[functions[name]]["Properties"]["Timeout"]
    alarms = of_type(resources, "AWS::CloudWatch::Alarm").values()
    watched = {
        dimension["Value"]["Fn::GetAtt"][0]
        for alarm in alarms
        for dimension in alarm["Dimensions"]
        if dimension["Name"] == "QueueName"
    }
    assert set(queues) == set(functions) | {"FailedInvocations"}
    assert set(queues) <= watched


def test_every_queue_has_a_dead_letter_queue_that_keeps_longer(resources: Resources) -> None:
    queues = of_type(resources, "AWS::SQS::Queue")
    redrive = {name: queue["RedrivePolicy"] for name, queue in queues.items() if "RedrivePolicy" in queue}
    targets = {name: policy["deadLetterTargetArn"]["Fn::GetAtt"][0] for name, policy in redrive.items()}
    assert set(consumers(resources)) == set(targets) | set(targets.values())
    for name, target in targets.items():
        assert queues[target]["MessageRetentionPeriod"] > queues[name]["MessageRetentionPeriod"]


def test_queues_are_encrypted(resources: Resources) -> None:
    assert all(queue["SqsManagedSseEnabled"] for queue in of_type(resources, "AWS::SQS::Queue").values())


def test_failed_asynchronous_invocations_go_to_a_queue(resources: Resources) -> None:
    kept = {"Fn::GetAtt": ["FailedInvocations", "Arn"]}
    targets = [each["Target"] for each in of_type(resources, "AWS::Scheduler::Schedule").values()]
    assert all(target["DeadLetterConfig"]["Arn"] == kept for target in targets)
    scheduled = {target["Arn"]["Fn::GetAtt"][0] for target in targets}
    triggered = resources["ApiFunction"]["Properties"]["Environment"]["Variables"]["DISPATCHER_FUNCTION_NAME"]["Ref"]
    by_cloudformation = resources["Schema"]["Properties"]["ServiceToken"]["Fn::GetAtt"][0]
    configs = of_type(resources, "AWS::Lambda::EventInvokeConfig").values()
    invoked = {each["FunctionName"]["Ref"]: each["DestinationConfig"] for each in configs}
    assert invoked.keys() == scheduled | {triggered, by_cloudformation}
    for name, destination in invoked.items():
        assert destination["OnFailure"]["Destination"] == kept
        document = resources[f"{name}Role"]["Properties"]["Policies"][0]["PolicyDocument"]
        (sends,) = [statement for statement in document["Statement"] if "sqs:SendMessage" in statement["Action"]]
        assert kept in as_list(sends["Resource"])
