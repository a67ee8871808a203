import pytest

from notifications.clients.imports.uploads import Uploads, s3_client


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
def test_an_address_has_the_name_that_the_sites_security_policy_allows(
    monkeypatch: pytest.MonkeyPatch, region: str
) -> None:
    """`RegionalDomainName` of the bucket, in `template.yaml`."""
    for name, value in (("AWS_REGION", region), ("AWS_ACCESS_KEY_ID", "key"), ("AWS_SECRET_ACCESS_KEY", "secret")):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    client = s3_client()
    address = Uploads(lambda: client, lambda: "uploads").address("imports/x")
    assert address.startswith(f"https://uploads.s3.{region}.amazonaws.com/imports/x?X-Amz-Algorithm=AWS4-HMAC-SHA256&")
    assert "X-Amz-Expires=3600&X-Amz-SignedHeaders=host&" in address
