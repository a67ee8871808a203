"""Prints the addresses and the login of a running stack, and commands to try."""

from local.settings import Settings
from local.stack.description import Stack
from tooling.console import console

TEXT = """
[bold]The stack is up.[/]

  Admin site {admin_site}
  REST API   {stack.api_url}
  API docs   {stack.docs_url}
  Provider   {stack.provider_url}
  Mails      {stack.mail_url}
  Login      {stack.username}
  Password   {stack.password}

[bold]To try next[/], lines to paste{where}:

  TOKEN=$(make -s token)
  curl -H "Authorization: Bearer $TOKEN" "{stack.api_url}mailing/"
  curl -H "Authorization: Bearer $TOKEN" "{stack.api_url}client/?tag=vip&limit=3"
  curl -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \\
    -d '{{"phone": "79261234567", "timezone": "Europe/Moscow", "tags": ["vip"]}}' "{stack.api_url}client/"
  make report   [dim]# send today's report and show the mail[/]
  make status   [dim]# show what runs; logs are in {settings.local_dir}/logs[/]{end}
"""
END = "\n  make down     [dim]# stop everything and keep the data[/]"
SHELL = " into the shell of [bold]docker compose exec machine bash[/]"


def show(settings: Settings, stack: Stack) -> None:
    """Print the addresses, the login, and commands to try."""
    where, end = (SHELL, "") if settings.servers == "given" else ("", END)
    admin_site = stack.admin_url or "not built, for the reason above"
    text = TEXT.format(stack=stack, admin_site=admin_site, settings=settings, where=where, end=end)
    # Without wrapping, so that a copied line is whole.
    console.print(text, soft_wrap=True)
