/** Return the digits of typed text, at most as many as the longest phone has. */
export function phoneDigits(typed: string): string {
  return typed.replace(/\D/g, "").slice(0, 15);
}

/** Return true if there are as many digits as a phone with its country code has. The API knows which are valid. */
export function isLongEnough(phone: string): boolean {
  return phoneDigits(phone).length >= 7;
}
