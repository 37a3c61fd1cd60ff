import {
  NODE_CAPABILITIES,
  type CallInput,
  type FoundGateway,
  type GatewayDraft,
  type GatewayEndpoint,
  type GatewaySettings,
  type GatewayView,
  type NodeCapability,
} from '#shared/app-api/index.ts';
import {
  checkEndpoint,
  colonFingerprint,
  isPlaintextAllowed,
  isReadableOnTheWay,
  parseEndpoint,
  parseGatewayHost,
  readPath,
  parseGatewayPort,
  secretObstacle,
} from '#shared/openclaw/gateway/index.ts';
import { errorCode } from '#shared/errors.ts';
import { cleanName, firstHidden, looksLike } from '#shared/visible-text/index.ts';
import { tryFingerprint } from '../certificate/fingerprint.ts';

/** Credential of the form. `kept`: the stored one, or the one that came with the pasted text. */
export type SignIn = 'kept' | 'token' | 'password' | 'none';

/** Contents of a gateway's form, as typed. */
export type Form = Readonly<{
  name: string;
  host: string;
  port: string;
  tls: boolean;
  /** Host for which the person accepts a connection without TLS; null for none. */
  plainHost: string | null;
  path: string;
  fingerprint: string;
  signIn: SignIn;
  /** Token or password. */
  secret: string;
  operator: 'off' | 'full' | 'read-only';
  node: boolean;
  nodeName: string;
  capabilities: readonly NodeCapability[];
}>;

export type FormField = 'name' | 'host' | 'port' | 'path' | 'tls' | 'fingerprint' | 'secret' | 'roles' | 'nodeName';

export type FormProblem =
  | 'name-empty'
  | 'name-long'
  | 'name-hidden'
  | 'name-taken'
  | 'host-missing'
  | 'host-invalid'
  /** The pasted credential belongs to another host, or to one with TLS. */
  | 'draft-elsewhere'
  | 'draft-plain'
  | 'port-invalid'
  | 'path-invalid'
  | 'plain-refused'
  | 'plain-unconfirmed'
  | 'fingerprint-characters'
  | 'fingerprint-length'
  | 'fingerprint-plain'
  | 'token-missing'
  | 'token-spaces'
  | 'password-missing'
  | 'roles-none'
  | 'node-name-empty'
  | 'node-name-long'
  | 'node-name-hidden';

export type FormProblems = Readonly<Partial<Record<FormField, FormProblem>>>;

const LONGEST_NAME = 64;

/** Returns an empty form. @param device name of this machine */
export function emptyForm(device: string): Form {
  return {
    name: '',
    host: '',
    port: '18789',
    tls: true,
    plainHost: null,
    path: '/',
    fingerprint: '',
    signIn: 'token',
    secret: '',
    operator: 'full',
    node: false,
    nodeName: device.slice(0, LONGEST_NAME),
    capabilities: NODE_CAPABILITIES,
  };
}

/** Fills a form from a setup code, link or file. A setup code makes this machine a node and needs no other credential. */
export function formOfDraft(draft: GatewayDraft, device: string, names: readonly string[]): Form {
  return {
    ...emptyForm(device),
    ...placeOf(draft.endpoint),
    name: uniqueGatewayName(draft.name ?? draft.endpoint.host, names),
    fingerprint: draft.fingerprint === null ? '' : colonFingerprint(draft.fingerprint),
    signIn: draft.hasToken ? 'kept' : 'token',
    operator: draft.role === 'node' ? 'off' : 'full',
    node: draft.role === 'node',
    ...(draft.nodeName === null ? {} : { nodeName: draft.nodeName }),
  };
}

/** Fills a form from a gateway found in the network. Ignores its announced fingerprint, since anyone can announce one. */
export function formOfFound(found: FoundGateway, device: string, names: readonly string[]): Form {
  return {
    ...emptyForm(device),
    name: uniqueGatewayName(cleanName(found.name) || found.host, names),
    host: found.host,
    port: String(found.port),
    tls: found.tls,
  };
}

/** Fills a form with a saved gateway. Its credential is kept unless changed; this device may have a token of its own. */
export function formOfGateway({ settings }: GatewayView): Form {
  const { name, endpoint, fingerprint, operator, node } = settings;
  return {
    ...placeOf(endpoint),
    plainHost: isReadableOnTheWay(endpoint) ? endpoint.host : null,
    name,
    fingerprint: fingerprint === null ? '' : colonFingerprint(fingerprint),
    signIn: 'kept',
    secret: '',
    operator: operator.enabled ? operator.access : 'off',
    node: node.enabled,
    nodeName: node.name,
    capabilities: node.capabilities,
  };
}

/** Splits an address typed into the host field into host, port, path and TLS. */
export function splitGatewayHost(form: Form): Form {
  const typed = form.host.trim();
  const withPort = /^[^:]+:\d+$/.test(typed) || /^\[.*\]:\d+$/.test(typed);
  if (!typed.includes('://') && !withPort) return form;
  try {
    return { ...form, ...placeOf(parseEndpoint(typed)) };
  } catch {
    return form;
  }
}

/** Validates a form. @returns the problem of each invalid field @param others names of the other gateways
 * @param draft the text that was read, where one was
 */
export function checkForm(form: Form, others: readonly string[], draft?: GatewayDraft): FormProblems {
  const problems: Partial<Record<FormField, FormProblem>> = {};
  const set = (field: FormField, problem: FormProblem | undefined): void => {
    if (problem !== undefined) problems[field] = problem;
  };
  set('name', checkName(form.name, others));
  set('host', checkHost(form.host));
  if (!succeeds(() => parseGatewayPort(form.port))) set('port', 'port-invalid');
  if (!succeeds(() => readPath(form.path))) set('path', 'path-invalid');
  set('fingerprint', checkFingerprint(form.fingerprint));
  set('secret', checkSecret(form));
  if (form.operator === 'off' && !form.node) set('roles', 'roles-none');
  if (form.node) {
    const problem = checkName(form.nodeName, []);
    if (problem !== undefined) set('nodeName', `node-${problem as 'name-empty' | 'name-long' | 'name-hidden'}`);
  }
  const endpoint = endpointOf(form);
  if (endpoint !== undefined && problems.fingerprint === undefined) {
    set('tls', checkPlain(endpoint, form.fingerprint) ?? checkAccepted(endpoint, form));
    if (draft?.hasToken === true && form.signIn === 'kept') {
      const place = { endpoints: draft.places, fingerprint: draft.fingerprint };
      const wanted = { endpoint, fingerprint: tryFingerprint(form.fingerprint) ?? null };
      const obstacle = secretObstacle(place, wanted);
      if (obstacle === 'host') set('host', 'draft-elsewhere');
      if (obstacle === 'plain') set('tls', 'draft-plain');
    }
  }
  return problems;
}

/** Converts a valid form to settings; undefined for an invalid one. */
export function settingsOf(form: Form): GatewaySettings | undefined {
  const endpoint = endpointOf(form);
  if (endpoint === undefined) return undefined;
  return {
    name: form.name.trim(),
    endpoint,
    fingerprint: tryFingerprint(form.fingerprint) ?? null,
    operator: { enabled: form.operator !== 'off', access: form.operator === 'read-only' ? 'read-only' : 'full' },
    node: { enabled: form.node, name: form.nodeName.trim(), capabilities: [...form.capabilities] },
  };
}

/** Returns the credential to save: null removes the stored one; omitted keeps it. */
export function secretsOf({ signIn, secret }: Form): Pick<CallInput<'gateways.update'>, 'token' | 'password'> {
  switch (signIn) {
    case 'kept':
      return {};
    case 'token':
      return { token: secret.trim(), password: null };
    case 'password':
      return { token: null, password: secret };
    case 'none':
      return { token: null, password: null };
  }
}

export function endpointOf(form: Form): GatewayEndpoint | undefined {
  try {
    return {
      host: parseGatewayHost(form.host),
      port: parseGatewayPort(form.port),
      tls: form.tls,
      path: readPath(form.path),
    };
  } catch {
    return undefined;
  }
}

/** Returns the fields that a change concerns; their problems are shown from then on. */
export function touchedBy(changed: Partial<Form>): readonly FormField[] {
  return (Object.keys(changed) as (keyof Form)[]).flatMap((key): readonly FormField[] => {
    switch (key) {
      case 'operator':
      case 'node':
        return ['roles'];
      case 'signIn':
      case 'capabilities':
        return [];
      case 'plainHost':
        return ['tls'];
      case 'name':
      case 'host':
      case 'port':
      case 'path':
      case 'tls':
      case 'fingerprint':
      case 'secret':
      case 'nodeName':
        return [key];
    }
  });
}

/** Returns the host if the form means a connection without TLS over a network; undefined otherwise. */
export function readableHost(form: Form): string | undefined {
  const endpoint = endpointOf(form);
  if (endpoint === undefined || !isReadableOnTheWay(endpoint)) return undefined;
  return isPlaintextAllowed(endpoint.host) ? endpoint.host : undefined;
}

/** Returns a name that no other gateway has. */
export function uniqueGatewayName(wanted: string, names: readonly string[]): string {
  const name = wanted.trim().slice(0, LONGEST_NAME - 4);
  let free = name;
  for (let number = 2; names.some((other) => looksLike(other, free)); number += 1) free = `${name} ${number}`;
  return free;
}

function placeOf({ host, port, tls, path }: GatewayEndpoint): Pick<Form, 'host' | 'port' | 'tls' | 'path'> {
  return { host, port: String(port), tls, path };
}

function checkName(typed: string, others: readonly string[]): FormProblem | undefined {
  const name = typed.trim();
  if (name === '') return 'name-empty';
  if (name.length > LONGEST_NAME) return 'name-long';
  if (firstHidden(name) !== undefined) return 'name-hidden';
  return others.some((other) => looksLike(other, name)) ? 'name-taken' : undefined;
}

function checkHost(typed: string): FormProblem | undefined {
  if (typed.trim() === '') return 'host-missing';
  return succeeds(() => parseGatewayHost(typed)) ? undefined : 'host-invalid';
}

function checkFingerprint(typed: string): FormProblem | undefined {
  if (typed.trim() === '' || tryFingerprint(typed) !== undefined) return undefined;
  return /^(?:sha-?256[^:=]*[:=])?[0-9a-f:\s]*$/iu.test(typed.trim()) ? 'fingerprint-length' : 'fingerprint-characters';
}

function checkSecret({ signIn, secret }: Form): FormProblem | undefined {
  if (signIn === 'token') {
    if (secret.trim() === '') return 'token-missing';
    return /\s/u.test(secret.trim()) ? 'token-spaces' : undefined;
  }
  return signIn === 'password' && secret === '' ? 'password-missing' : undefined;
}

function checkPlain(endpoint: GatewayEndpoint, fingerprint: string): FormProblem | undefined {
  try {
    checkEndpoint(endpoint, tryFingerprint(fingerprint) ?? null);
    return undefined;
  } catch (error) {
    return errorCode(error) === 'gateway.fingerprint-plain' ? 'fingerprint-plain' : 'plain-refused';
  }
}

function checkAccepted(endpoint: GatewayEndpoint, { plainHost }: Form): FormProblem | undefined {
  return isReadableOnTheWay(endpoint) && plainHost !== endpoint.host ? 'plain-unconfirmed' : undefined;
}

function succeeds(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}
