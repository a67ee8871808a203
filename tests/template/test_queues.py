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
    assert set(queues) == set(functions) | {"FailedInvocations", "ReceiptDeadLetterQueue"}
    assert set(queues) <= watched


def test_every_queue_has_a_dead_letter_queue_that_keeps_longer(resources: Resources) -> None:
    queues = of_type(resources, "AWS::SQS::Queue")
    redrive = {name: queue["RedrivePolicy"] for name, queue in queues.items() if "RedrivePolicy" in queue}
    targets = {name: policy["deadLetterTargetArn"]["Fn::GetAtt"][0] for name, policy in redrive.items()}
    assert set(consumers(resources)) | {"ReceiptDeadLetterQueue"} == set(targets) | set(targets.values())
    for name, target in targets.items():
        assert queues[target]["MessageRetentionPeriod"] > queues[name]["MessageRetentionPeriod"]


def test_queues_are_encrypted(resources: Resources) -> None:
    assert all(queue["SqsManagedSseEnabled"] for queue in of_type(resources, "AWS::SQS::Queue").values())


def test_failed_asynchronous_invocations_go_to_a_queue(resources: Resources) -> None:
    kept = {"Fn::GetAtt": ["FailedInvocations", "Arn"]}
    targets = [each["Target"] for each in of_type(resources, "AWS::Scheduler::Schedule").values()]
    assert all(target["DeadLetterConfig"]["Arn"] == kept for target in targets)
    scheduled = {target["Arn"]["Fn::GetAtt"][0] for target in targets}
    variables = resources["ApiFunction"]["Properties"]["Environment"]["Variables"]
    triggered = {value["Ref"] for name, value in variables.items() if name.endswith("_FUNCTION_NAME")}
    by_cloudformation = resources["Schema"]["Properties"]["ServiceToken"]["Fn::GetAtt"][0]
    configs = of_type(resources, "AWS::Lambda::EventInvokeConfig").values()
    invoked = {each["FunctionName"]["Ref"]: each["DestinationConfig"] for each in configs}
    assert invoked.keys() == scheduled | triggered | {by_cloudformation}
    for name, destination in invoked.items():
        assert destination["OnFailure"]["Destination"] == kept
        document = resources[f"{name}Role"]["Properties"]["Policies"][0]["PolicyDocument"]
        (sends,) = [statement for statement in document["Statement"] if "sqs:SendMessage" in statement["Action"]]
        assert kept in as_list(sends["Resource"])


def test_no_chain_of_invocations_meets_a_function_twice(resources: Resources) -> None:
    # Lambda stops a chain through itself or SQS after about 16 invocations, and the emulator does not show it.
    assert max(len(chain) for chain in chains(resources)) == 3
    assert all(len(set(chain)) == len(chain) for chain in chains(resources))


def chains(resources: Resources) -> list[list[str]]:
    """Return the chains of functions that invoke each other, directly or by a queue, as their policies allow."""
    consumer_of = {queue: function.removesuffix("Alias") for queue, function in consumers(resources).items()}
    functions = of_type(resources, "AWS::Lambda::Function")
    follows = {name: invoked_by(resources, name, consumer_of) for name in functions}

    def chains_from(chain: list[str]) -> list[list[str]]:
        further = follows[chain[-1]]
        if not further or chain[-1] in chain[:-1]:
            return [chain]
        return [longer for each in sorted(further) for longer in chains_from([*chain, each])]

    return [chain for name in functions for chain in chains_from([name])]


def invoked_by(resources: Resources, name: str, consumer_of: dict[str, str]) -> set[str]:
    """Return the functions that a function invokes, or that consume a queue that it writes to."""
    document = resources[f"{name}Role"]["Properties"]["Policies"][0]["PolicyDocument"]
    invoked = set()
    for statement in document["Statement"]:
        targets = {each["Fn::GetAtt"][0] for each in as_list(statement["Resource"]) if "Fn::GetAtt" in each}
        if "lambda:InvokeFunction" in statement["Action"]:
            invoked |= targets
        if "sqs:SendMessage" in statement["Action"]:
            invoked |= {consumer_of[each] for each in targets if each in consumer_of}
    # Queues of failed deliveries have their own consumer.
    return invoked
