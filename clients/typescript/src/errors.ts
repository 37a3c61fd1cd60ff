/** Error with a code, such as `message.unknown-agent`. */
export class AgentLinkError extends Error {
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, text: string, details: Readonly<Record<string, unknown>> = {}) {
    super(`${text} (${code})`);
    this.name = new.target.name;
    this.code = code;
    this.details = details;
  }
}

/** The token file is missing, open to others, or broken. Codes: `client.token-file`, `client.address`. */
export class TokenFileError extends AgentLinkError {}

/** The agent didn't answer in time. `key` is that of a message: sent again with it, it goes out once. */
export class UnreachableError extends AgentLinkError {
  readonly key: string | undefined;

  constructor(text: string, key: string | undefined) {
    super('client.unreachable', text, key === undefined ? {} : { key });
    this.key = key;
  }
}

/** The API has refused a request, with its own code, or has answered what no API answers (`client.answer`). */
export class ApiError extends AgentLinkError {
  readonly status: number;

  constructor(code: string, text: string, status: number, details: Readonly<Record<string, unknown>> = {}) {
    super(code, text, details);
    this.status = status;
  }
}

/** A message has ended as refused, expired, cancelled or lost. The code is the reason, else `message.STATE`. */
export class SendError extends AgentLinkError {
  readonly id: string;
  readonly state: string;

  constructor(id: string, state: string, code: string | null) {
    super(code ?? `message.${state}`, `the message is ${state}`, { id });
    this.id = id;
    this.state = state;
  }
}
