const STYLE = "data-style";

/** Replace inline styles with a data attribute: the page's content security policy blocks them in markup. */
export function withoutStyles(html: string): string {
  return html.replace(/ style=/g, ` ${STYLE}=`);
}

/** Render a mail into a document. A script may set the styles; links open in a new tab. */
export function renderMail(page: Document, html: string): void {
  page.documentElement.innerHTML = withoutStyles(html);
  for (const element of page.querySelectorAll<HTMLElement>(`[${STYLE}]`)) {
    element.style.cssText = element.getAttribute(STYLE) ?? "";
  }
  for (const link of page.querySelectorAll("a")) link.target = "_blank";
}
