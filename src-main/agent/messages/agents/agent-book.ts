import * as z from 'zod';
import { agentName } from '#shared/app-api/index.ts';
import type { Logger } from '#shared/logger.ts';
import { INTAKES, MOST_AGENTS, MOST_WEBHOOK, OPENCLAW_AGENT, type Intake } from '#shared/messages/index.ts';
import { cleanLine } from '#shared/visible-text/index.ts';
import { DocumentStore, type DocumentDefinition, type DocumentFile } from '../../core/store/index.ts';
import { MessageError } from '../errors.ts';

/** Name of the agent that stands for the person at this machine. It always exists. */
export const PERSON = 'me';
/** Most characters of a description. */
const MOST_DESCRIPTION = 256;

const deliverer = z.discriminatedUnion('kind', [
  /** `gateway`: ID of a gateway of this device. */
  z.strictObject({
    kind: z.literal('openclaw'),
    gateway: z.string().min(1).max(128),
    agent: z.string().regex(OPENCLAW_AGENT),
  }),
  z.strictObject({ kind: z.literal('webhook'), url: z.string().max(MOST_WEBHOOK) }),
]);
/** Way to an agent's program by which messages reach it without a request of it. */
export type DelivererRecord = Readonly<z.infer<typeof deliverer>>;

const agentRecord = z.strictObject({
  name: agentName,
  description: z.string().max(MOST_DESCRIPTION),
  /** Set if its program may use the local API at a port, too. */
  http: z.literal(true).optional(),
  /** Real path of the folder below which its program may send files; missing for none. */
  files: z.string().min(1).max(8192).optional(),
  intake: z.enum(INTAKES),
  deliverer: deliverer.nullable(),
});
const agentsDocument = z.strictObject({ agents: z.array(agentRecord).max(MOST_AGENTS) });
type AgentRecord = z.infer<typeof agentRecord>;
type AgentsDocument = z.infer<typeof agentsDocument>;

const agentsOfVersion1 = z.looseObject({ agents: z.array(z.looseObject({})) });

/** Definition of the document `agents.json`. */
const AGENTS_DOCUMENT: DocumentDefinition<AgentsDocument> = {
  name: 'agents',
  version: 2,
  schema: agentsDocument,
  migrations: {
    1: (data) => ({
      agents: agentsOfVersion1.parse(data).agents.map((agent) => ({ ...agent, intake: 'hold', deliverer: null })),
    }),
  },
  initial: () => ({ agents: [] }),
};

/** Agent of this machine. */
export type LocalAgent = Readonly<{
  name: string;
  description: string;
  /** True if its program may use the local API at a port of 127.0.0.1, and not only at the socket file. */
  http: boolean;
  /** Folder below which its program may send files; null for none. */
  files: string | null;
  intake: Intake;
  deliverer: DelivererRecord | null;
}>;

/** Change of an agent. A `deliverer` of null removes it. Default of `intake` with a new deliverer: `deliver`; without one: `hold`. */
export type AgentChange = Readonly<{
  description?: string | undefined;
  intake?: Intake | undefined;
  http?: boolean | undefined;
  files?: string | null | undefined;
  deliverer?: DelivererRecord | null | undefined;
}>;

/** Agents of this machine that others may write to; reads and writes `agents.json`. */
export class AgentBook {
  readonly #document: DocumentStore<AgentsDocument>;

  /** @throws {StoreError} as `DocumentStore` */
  constructor(file: DocumentFile, logger: Logger) {
    this.#document = new DocumentStore(file, AGENTS_DOCUMENT, logger);
  }

  /** Returns all agents, the person first, then by name. */
  list(): readonly LocalAgent[] {
    const { agents } = this.#document.value;
    const you: AgentRecord = { name: PERSON, description: '', intake: 'hold', deliverer: null };
    const person = agents.find(({ name }) => name === PERSON) ?? you;
    const others = agents.filter(({ name }) => name !== PERSON);
    return [person, ...others].map(({ http = false, files = null, ...agent }) => ({ ...agent, http, files }));
  }

  get(name: string): LocalAgent | undefined {
    return this.list().find((agent) => agent.name === name);
  }

  /**
   * Adds an agent, or changes what is given.
   * @throws {MessageError} `local-agent.too-many`, `local-agent.person`, `local-agent.no-deliverer`; {StoreError} `store.write`
   */
  set(name: string, change: AgentChange): LocalAgent {
    // The person has no program that could have a token.
    if (name === PERSON && (change.http === true || typeof change.files === 'string'))
      throw new MessageError('local-agent.person', 'the person at this machine has no token');
    const before = this.get(name);
    const others = this.#document.value.agents.filter((agent) => agent.name !== name);
    if (others.length >= MOST_AGENTS - 1) throw new MessageError('local-agent.too-many', 'too many agents');
    const given = change.deliverer;
    const kept = before?.deliverer ?? null;
    const next = given === undefined ? kept : given;
    const byDefault = given === undefined ? (before?.intake ?? 'hold') : given === null ? 'hold' : 'deliver';
    const intake = change.intake ?? byDefault;
    if (name === PERSON && next !== null)
      throw new MessageError('local-agent.person', 'messages to the person are never delivered to a program');
    if (intake === 'deliver' && next === null)
      throw new MessageError('local-agent.no-deliverer', 'there is nothing to deliver to', {
        details: { agent: name },
      });
    const agent: LocalAgent = {
      name,
      description: cleanLine(change.description ?? before?.description ?? '', MOST_DESCRIPTION),
      http: change.http ?? before?.http ?? false,
      files: change.files === undefined ? (before?.files ?? null) : change.files,
      intake,
      deliverer: next,
    };
    const { http, files, ...record } = agent;
    const added = { ...record, ...(http ? { http } : {}), ...(files === null ? {} : { files }) };
    const agents = [...others, added].toSorted((one, other) => (one.name < other.name ? -1 : 1));
    this.#document.save({ agents });
    return agent;
  }

  /** Removes an agent. @throws {MessageError} `local-agent.unknown`, `local-agent.person`; {StoreError} `store.write` */
  remove(name: string): void {
    if (name === PERSON) throw new MessageError('local-agent.person', 'the person at this machine stays');
    const { agents } = this.#document.value;
    if (!agents.some((agent) => agent.name === name))
      throw new MessageError('local-agent.unknown', 'no such agent', { details: { agent: name } });
    this.#document.save({ agents: agents.filter((agent) => agent.name !== name) });
  }
}
