"""Environment variables that the functions require beside the database, with names of things that do not exist."""

REQUIRED = {
    "QUEUE_URL": "http://queue",
    "PROVIDER_TOKEN": "token",
    "DISPATCHER_FUNCTION_NAME": "dispatcher",
    "IMPORTER_FUNCTION_NAME": "importer",
    "RECEIPT_QUEUE_URL": "https://sqs.example.org/receipts",
    "RECEIPT_SECRET_ARN": "receipts",
    "UPLOAD_BUCKET": "uploads",
    "ERASURE_BUCKET": "erasures",
    "ERASURE_KEY": "a key of 32 bytes for the hashes",
    "USER_POOL_ID": "eu-central-1_pool",
}
