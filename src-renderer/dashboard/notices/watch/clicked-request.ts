let clicked: number | string | undefined;

/** Keeps the request whose notification was clicked until the window opens, which shows it. */
export function keepClickedRequest(request: number | string): void {
  clicked = request;
}

/** Returns the request whose notification was clicked, once. */
export function takeClickedRequest(): number | string | undefined {
  const request = clicked;
  clicked = undefined;
  return request;
}
