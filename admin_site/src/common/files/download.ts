/** Save a text as a file of the browser. */
export function download(name: string, type: string, parts: string[]) {
  const url = URL.createObjectURL(new Blob(parts, { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser holds the data by the next turn of the event loop.
  setTimeout(() => URL.revokeObjectURL(url));
}
