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
  isReadableInTransit,
  parseEndpoint,
  parseGatewayHost,
  readPath,
  parseGatewayPort,
  secretObstacle,
} from '#shared/openclaw/gateway/index.ts';
import { errorCode } from '#shared/errors.ts';
import { cleanName, firstHidden, looksLike } from '#shared/visible-text/index.ts';
import { tryFingerprint } from '../certificate/fingerprint.ts';

/** Credential chosen in the form. `existing`: the stored one, or the one in the pasted text. */
export type SignIn = 'existing' | 'token' | 'password' | 'none';

/** Contents of the form of a gateway, as typed. The functions of this file are pure. */
export type GatewayForm = Readonly<{
  name: string;
  host: string;
  port: string;
  tls: boolean;
  /** Host for which the person accepts a connection without TLS; null for none. */
  plainHost: string | null;
  path: string;
  /** Expected fingerprint of the certificate; empty for none. */
  fingerprint: string;
  signIn: SignIn;
  /** Newly typed token or password. A stored one never reaches the window. */
  secret: string;
  /** Access as operator. */
  operator: 'off' | 'full' | 'read-only';
  /** This machine runs commands for the gateway. */
  node: boolean;
  /** Name of this machine at the gateway. */
  nodeName: string;
  /** Commands that this machine offers as a node. */
  capabilities: readonly NodeCapability[];
}>;

/** Field of the form to which a problem belongs. */
export type GatewayField = 'name' | 'host' | 'port' | 'path' | 'tls' | 'fingerprint' | 'secret' | 'roles' | 'nodeName';

/** Problem of one typed value. The form shows the text `gateways.wrong.PROBLEM`. */
export type GatewayFormProblem =
  | 'name-empty'
  | 'name-long'
  | 'name-hidden'
  | 'name-taken'
  | 'host-missing'
  | 'host-invalid'
  /** The pasted credential belongs to another host. */
  | 'draft-elsewhere'
  /** The pasted credential belongs to a connection with TLS. */
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

/** First problem of each invalid field; valid fields are left out. */
export type GatewayFormProblems = Readonly<Partial<Record<GatewayField, GatewayFormProblem>>>;

/** Longest name of a gateway or node, characters. */
const LONGEST_NAME = 64;

/**
 * Returns the form of a new gateway.
 * @param device name of this machine
 */
export function emptyForm(device: string): GatewayForm {
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

/**
 * Fills the form from a setup code, link or file that the agent has read. A setup code makes this machine a node and needs no other credential.
 * @param device name of this machine
 * @param names names of the saved gateways
 */
export function formOfDraft(draft: GatewayDraft, device: string, names: readonly string[]): GatewayForm {
  return {
    ...emptyForm(device),
    ...addressOf(draft.endpoint),
    name: uniqueGatewayName(draft.name ?? draft.endpoint.host, names),
    fingerprint: draft.fingerprint === null ? '' : colonFingerprint(draft.fingerprint),
    signIn: draft.hasToken ? 'existing' : 'token',
    operator: draft.role === 'node' ? 'off' : 'full',
    node: draft.role === 'node',
    ...(draft.nodeName === null ? {} : { nodeName: draft.nodeName }),
  };
}

/**
 * Fills the form from a gateway found in the local network. Ignores its announced fingerprint, since anyone can announce one.
 * @param device name of this machine
 * @param names names of the saved gateways
 */
export function formOfFound(found: FoundGateway, device: string, names: readonly string[]): GatewayForm {
  return {
    ...emptyForm(device),
    name: uniqueGatewayName(cleanName(found.name) || found.host, names),
    host: found.host,
    port: String(found.port),
    tls: found.tls,
  };
}

/** Fills the form from a saved gateway. The choice of the credential is the stored one. */
export function formOfGateway({ settings }: GatewayView): GatewayForm {
  const { name, endpoint, fingerprint, operator, node } = settings;
  return {
    ...addressOf(endpoint),
    plainHost: isReadableInTransit(endpoint) ? endpoint.host : null,
    name,
    fingerprint: fingerprint === null ? '' : colonFingerprint(fingerprint),
    signIn: 'existing',
    secret: '',
    operator: operator.enabled ? operator.access : 'off',
    node: node.enabled,
    nodeName: node.name,
    capabilities: node.capabilities,
  };
}

/** Splits an address typed into the field of the host, such as `wss://host:18789/`, into host, port, path and TLS. */
export function splitGatewayHost(form: GatewayForm): GatewayForm {
  const typed = form.host.trim();
  const withPort = /^[^:]+:\d+$/.test(typed) || /^\[.*\]:\d+$/.test(typed);
  if (!typed.includes('://') && !withPort) return form;
  try {
    return { ...form, ...addressOf(parseEndpoint(typed)) };
  } catch {
    return form;
  }
}

/**
 * Checks all fields of the form as typed. The agent checks the saved settings again. Pure.
 * @param others names of the other gateways
 * @param draft text from which the form was filled, if any: its credential may only go to the hosts that it names
 */
export function checkForm(form: GatewayForm, others: readonly string[], draft?: GatewayDraft): GatewayFormProblems {
  const problems: Partial<Record<GatewayField, GatewayFormProblem>> = {};
  const set = (field: GatewayField, problem: GatewayFormProblem | undefined): void => {
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
    if (draft?.hasToken === true && form.signIn === 'existing') {
      const source = { endpoints: draft.places, fingerprint: draft.fingerprint };
      const wanted = { endpoint, fingerprint: tryFingerprint(form.fingerprint) ?? null };
      const obstacle = secretObstacle(source, wanted);
      if (obstacle === 'host') set('host', 'draft-elsewhere');
      if (obstacle === 'plain') set('tls', 'draft-plain');
    }
  }
  return problems;
}

/** Converts the form to the settings that the agent saves; undefined if the address is invalid. */
export function settingsOf(form: GatewayForm): GatewaySettings | undefined {
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

/** Returns the credential for the call that saves the gateway. Null removes the stored one; without a field the stored one stays. */
export function secretsOf({ signIn, secret }: GatewayForm): Pick<CallInput<'gateways.update'>, 'token' | 'password'> {
  switch (signIn) {
    case 'existing':
      return {};
    case 'token':
      return { token: secret.trim(), password: null };
    case 'password':
      return { token: null, password: secret };
    case 'none':
      return { token: null, password: null };
  }
}

/** Returns the typed address; undefined if it is invalid. */
export function endpointOf(form: GatewayForm): GatewayEndpoint | undefined {
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

/** Returns the fields that a change concerns. The form shows their problems from then on. */
export function touchedBy(changed: Partial<GatewayForm>): readonly GatewayField[] {
  return (Object.keys(changed) as (keyof GatewayForm)[]).flatMap((key): readonly GatewayField[] => {
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

/** Returns the typed host if the connection to it would be readable in the network, so that the person has to accept that; undefined otherwise. */
export function readableHost(form: GatewayForm): string | undefined {
  const endpoint = endpointOf(form);
  if (endpoint === undefined || !isReadableInTransit(endpoint)) return undefined;
  return isPlaintextAllowed(endpoint.host) ? endpoint.host : undefined;
}

/** Returns the wanted name, shortened, and with a number if another gateway has a name that looks the same. */
export function uniqueGatewayName(wanted: string, names: readonly string[]): string {
  const name = wanted.trim().slice(0, LONGEST_NAME - 4);
  let free = name;
  for (let number = 2; names.some((other) => looksLike(other, free)); number += 1) free = `${name} ${number}`;
  return free;
}

function addressOf({ host, port, tls, path }: GatewayEndpoint): Pick<GatewayForm, 'host' | 'port' | 'tls' | 'path'> {
  return { host, port: String(port), tls, path };
}

function checkName(typed: string, others: readonly string[]): GatewayFormProblem | undefined {
  const name = typed.trim();
  if (name === '') return 'name-empty';
  if (name.length > LONGEST_NAME) return 'name-long';
  if (firstHidden(name) !== undefined) return 'name-hidden';
  return others.some((other) => looksLike(other, name)) ? 'name-taken' : undefined;
}

function checkHost(typed: string): GatewayFormProblem | undefined {
  if (typed.trim() === '') return 'host-missing';
  return succeeds(() => parseGatewayHost(typed)) ? undefined : 'host-invalid';
}

function checkFingerprint(typed: string): GatewayFormProblem | undefined {
  if (typed.trim() === '' || tryFingerprint(typed) !== undefined) return undefined;
  return /^(?:sha-?256[^:=]*[:=])?[0-9a-f:\s]*$/iu.test(typed.trim()) ? 'fingerprint-length' : 'fingerprint-characters';
}

function checkSecret({ signIn, secret }: GatewayForm): GatewayFormProblem | undefined {
  if (signIn === 'token') {
    if (secret.trim() === '') return 'token-missing';
    return /\s/u.test(secret.trim()) ? 'token-spaces' : undefined;
  }
  return signIn === 'password' && secret === '' ? 'password-missing' : undefined;
}

function checkPlain(endpoint: GatewayEndpoint, fingerprint: string): GatewayFormProblem | undefined {
  try {
    checkEndpoint(endpoint, tryFingerprint(fingerprint) ?? null);
    return undefined;
  } catch (error) {
    return errorCode(error) === 'gateway.fingerprint-plain' ? 'fingerprint-plain' : 'plain-refused';
  }
}

function checkAccepted(endpoint: GatewayEndpoint, { plainHost }: GatewayForm): GatewayFormProblem | undefined {
  return isReadableInTransit(endpoint) && plainHost !== endpoint.host ? 'plain-unconfirmed' : undefined;
}

function succeeds(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}
