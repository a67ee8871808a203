"""Resources of the API, each a package with its routes and schemas. `ROUTES` has all routes."""

from api.resources.audit import routes as audit
from api.resources.clients import attributes, bulk
from api.resources.clients import files as client_files
from api.resources.clients import messages as client_messages
from api.resources.clients import routes as clients
from api.resources.clients.imports import routes as client_imports
from api.resources.clients.personal_data import routes as personal_data
from api.resources.documentation import routes as documentation
from api.resources.jobs import retention
from api.resources.jobs import routes as jobs
from api.resources.mailings import actions as mailing_actions
from api.resources.mailings import routes as mailings
from api.resources.mailings.previews import routes as previews
from api.resources.messages import routes as messages
from api.resources.messages.test_sends import routes as test_sends
from api.resources.opt_outs import routes as opt_outs
from api.resources.providers import dead_letters
from api.resources.providers import routes as providers
from api.resources.receipts import routes as receipts
from api.resources.receipts.replies import routes as replies
from api.resources.reports import routes as reports
from api.resources.statistics import routes as statistics
from api.resources.tags import routes as tags
from api.routing import RouteTable

ROUTES = RouteTable(
    documentation.routes,
    clients.routes,
    client_files.routes,
    client_messages.routes,
    personal_data.routes,
    bulk.routes,
    client_imports.routes,
    opt_outs.routes,
    attributes.routes,
    tags.routes,
    mailings.routes,
    mailing_actions.routes,
    previews.routes,
    test_sends.routes,
    messages.routes,
    statistics.routes,
    jobs.routes,
    retention.routes,
    reports.routes,
    providers.routes,
    dead_letters.routes,
    receipts.routes,
    replies.routes,
    audit.routes,
)
