import * as z from 'zod';
import { agentName } from '#shared/app-api/index.ts';
import type { Logger } from '#shared/logger.ts';
import { MOST_AGENTS } from '#shared/messages/index.ts';
import { cleanLine } from '#shared/visible-text/index.ts';
import { DocumentStore, type DocumentDefinition, type DocumentFile } from '../../core/store/index.ts';
import { MessageError } from '../errors.ts';

/** Name of the agent that stands for the person at this machine. It always exists. */
export const PERSON = 'me';
/** Most characters of a description. */
const MOST_DESCRIPTION = 256;

const agentRecord = z.strictObject({
  name: agentName,
  description: z.string().max(MOST_DESCRIPTION),
  /** Set if its program may use the local API at a port, too. */
  http: z.literal(true).optional(),
});
const agentsDocument = z.strictObject({ agents: z.array(agentRecord).max(MOST_AGENTS) });
type AgentsDocument = z.infer<typeof agentsDocument>;

/** Definition of the document `agents.json`. */
const AGENTS_DOCUMENT: DocumentDefinition<AgentsDocument> = {
  name: 'agents',
  version: 1,
  schema: agentsDocument,
  migrations: {},
  initial: () => ({ agents: [] }),
};

/** Agent of this machine. */
export type LocalAgent = Readonly<{
  name: string;
  description: string;
  /** True if its program may use the local API at a port of 127.0.0.1, and not only at the socket file. */
  http: boolean;
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
    const person = agents.find(({ name }) => name === PERSON) ?? { name: PERSON, description: '' };
    const others = agents.filter(({ name }) => name !== PERSON);
    return [person, ...others].map(({ http = false, ...agent }) => ({ ...agent, http }));
  }

  get(name: string): LocalAgent | undefined {
    return this.list().find((agent) => agent.name === name);
  }

  /**
   * Adds an agent, or changes what is given.
   * @throws {MessageError} `local-agent.too-many`, `local-agent.person`; {StoreError} `store.write`
   */
  set(name: string, change: Readonly<{ description?: string | undefined; http?: boolean | undefined }>): LocalAgent {
    // The person has no program that could have a token.
    if (name === PERSON && change.http === true)
      throw new MessageError('local-agent.person', 'the person at this machine has no token');
    const before = this.get(name);
    const others = this.#document.value.agents.filter((agent) => agent.name !== name);
    if (others.length >= MOST_AGENTS - 1) throw new MessageError('local-agent.too-many', 'too many agents');
    const agent: LocalAgent = {
      name,
      description: cleanLine(change.description ?? before?.description ?? '', MOST_DESCRIPTION),
      http: change.http ?? before?.http ?? false,
    };
    const { http, ...record } = agent;
    const agents = [...others, { ...record, ...(http ? { http } : {}) }].toSorted((one, other) =>
      one.name < other.name ? -1 : 1,
    );
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
