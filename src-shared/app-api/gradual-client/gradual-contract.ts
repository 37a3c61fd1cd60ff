import type * as z from 'zod';
import type { AppCall, AppEvent } from '../schema.ts';
import { errorMessage } from '../../errors.ts';
import type { AnswerContract, AnswerSchemas } from '../transport/contract.ts';
import { AppApiError } from '../transport/transport.ts';

/** Calls and events whose schemas are loaded together. */
type Area = Readonly<{
  calls: Readonly<Record<string, AnswerSchemas>>;
  events: Readonly<Record<string, z.ZodType>>;
}>;

const loadForwards = async (): Promise<Area> => {
  const { FORWARD_CALLS, FORWARD_EVENTS } = await import('../schemas/forward-schema.ts');
  return { calls: FORWARD_CALLS, events: FORWARD_EVENTS };
};
const loadMessages = async (): Promise<Area> => {
  const { MESSAGE_CALLS, MESSAGE_EVENTS } = await import('../schemas/message-schema.ts');
  return { calls: MESSAGE_CALLS, events: MESSAGE_EVENTS };
};
const loadPeers = async (): Promise<Area> => {
  const { PEER_CALLS, PEER_EVENTS } = await import('../schemas/peer-schema.ts');
  return { calls: PEER_CALLS, events: PEER_EVENTS };
};
const loadPlainRelays = async (): Promise<Area> => {
  const { PLAIN_RELAY_CALLS, PLAIN_RELAY_EVENTS } = await import('../schemas/plain-relay-schema.ts');
  return { calls: PLAIN_RELAY_CALLS, events: PLAIN_RELAY_EVENTS };
};
const loadStatus = async (): Promise<Area> => {
  const { STATUS_CALLS, STATUS_EVENTS } = await import('../schemas/status-schema.ts');
  return { calls: STATUS_CALLS, events: STATUS_EVENTS };
};
const loadTerminals = async (): Promise<Area> => {
  const { TERMINAL_CALLS, TERMINAL_EVENTS } = await import('../schemas/terminal-schema.ts');
  return { calls: TERMINAL_CALLS, events: TERMINAL_EVENTS };
};
const loadTransfers = async (): Promise<Area> => {
  const { TRANSFER_CALLS, TRANSFER_EVENTS } = await import('../schemas/transfer-schema.ts');
  return { calls: TRANSFER_CALLS, events: TRANSFER_EVENTS };
};
const loadAll = async (): Promise<Area> => {
  const { APP_CALLS, APP_EVENTS } = await import('../schema.ts');
  return { calls: APP_CALLS, events: APP_EVENTS };
};

/** Loads all schemas, so that no `GradualContract` of this process reads files any more. */
export async function loadContract(): Promise<void> {
  await loadAll();
}

/** Area by the first word of a call or event. Other words, and names that their area lacks, load all: commands that people start rarely use them. */
const AREAS: ReadonlyMap<string, () => Promise<Area>> = new Map([
  ['agent', loadStatus],
  ['agents', loadMessages],
  ['exec', loadTerminals],
  ['forwards', loadForwards],
  ['messages', loadMessages],
  ['peers', loadPeers],
  ['plainRelays', loadPlainRelays],
  ['status', loadStatus],
  ['targets', loadForwards],
  ['terminal', loadTerminals],
  ['transfers', loadTransfers],
]);

/** Contract whose schemas are loaded and built when a call or an event first needs them: building all of them takes longer than most commands. */
export class GradualContract implements AnswerContract {
  readonly #areas = new Map<() => Promise<Area>, Area | Promise<Area>>();
  readonly #loaders: ReadonlyMap<string, () => Promise<Area>>;

  /** @param loaders by the first word of a call or event */
  constructor(loaders: ReadonlyMap<string, () => Promise<Area>> = AREAS) {
    this.#loaders = loaders;
  }

  answersTo(call: AppCall): AnswerSchemas | Promise<AnswerSchemas> {
    return this.#find(call, ({ calls }) => calls);
  }

  payloadOf(event: AppEvent): z.ZodType | Promise<z.ZodType> {
    return this.#find(event, ({ events }) => events);
  }

  #find<Schemas extends object>(
    name: string,
    tableOf: (area: Area) => Readonly<Record<string, Schemas>>,
  ): Schemas | Promise<Schemas> {
    const [word = ''] = name.split('.', 1);
    const find = (area: Area): Schemas | undefined => ownValue(tableOf(area), name);
    return whenLoaded(this.#load(this.#loaders.get(word) ?? loadAll), (area) => {
      return find(area) ?? whenLoaded(this.#load(loadAll), (all) => known(find(all), name));
    });
  }

  /** Loads an area once. After a failure, the next call tries again. Rejects with {AppApiError} `control.load`. */
  #load(load: () => Promise<Area>): Area | Promise<Area> {
    const known = this.#areas.get(load);
    if (known !== undefined) return known;
    const loading = load().then(
      (area) => {
        this.#areas.set(load, area);
        return area;
      },
      (cause: unknown) => {
        this.#areas.delete(load);
        throw new AppApiError('control.load', `a part of this program was not loaded: ${errorMessage(cause)}`, {
          cause,
        });
      },
    );
    this.#areas.set(load, loading);
    return loading;
  }
}

function ownValue<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function known<Schemas>(schemas: Schemas | undefined, name: string): Schemas {
  if (schemas === undefined) throw new TypeError(`${name} is not in the contract`);
  return schemas;
}

function whenLoaded<Loaded extends object, Result extends object>(
  loaded: Loaded | Promise<Loaded>,
  use: (loaded: Loaded) => Result | Promise<Result>,
): Result | Promise<Result> {
  return loaded instanceof Promise ? loaded.then(use) : use(loaded);
}
