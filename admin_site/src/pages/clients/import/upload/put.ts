import type { UploadRequest } from "../../../../api/types";

/** Upload a file to the signed address, and report the bytes that have been sent. `fetch` reports none. */
export function put({ method, url, headers }: UploadRequest, file: Blob, onSent: (bytes: number) => void) {
  return new Promise<void>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.upload.onprogress = ({ loaded }) => onSent(loaded);
    request.onload = () => {
      if (request.status < 300) resolve();
      else reject(new Error(`HTTP ${request.status}`));
    };
    request.onerror = () => reject(new Error("HTTP 0"));
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.send(file);
  });
}
