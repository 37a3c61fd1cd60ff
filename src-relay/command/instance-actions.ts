import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '#node/clock/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { INSTANCE_ID } from '#shared/foreign/index.ts';
import { PLATFORM_LIMITS, PlatformError, toUuid } from '#shared/platform/index.ts';
import { cleanLine } from '#shared/visible-text/index.ts';
import { RelayStartError } from '../errors.ts';
import { InstanceOperator, type ListedInstance, type ListedProject } from '../foreign/index.ts';
import { openSealKey, Sealer } from '../keys/index.ts';
import { withStore } from './open-data-folder.ts';
import { textTable } from './text-table.ts';

/** Options of every action. */
export type InstanceFlags = Readonly<{ data: string }>;

/**
 * Adds an instance to a project, and prints its key once.
 * @throws {RelayStartError} `relay.instance*`, `relay.project`, `relay.data-folder`, `relay.database`, `relay.seal-key`
 */
export async function addInstance(
  typed: string,
  flags: InstanceFlags & Readonly<{ project: string; name?: string }>,
): Promise<void> {
  const id = parseId(typed);
  const name = cleanLine(flags.name ?? id, PLATFORM_LIMITS.name);
  if (name === '') throw new RelayStartError('relay.instance-id', 'the name is empty');
  const { key, project } = await withOperator(flags.data, async (operator) => {
    const found = await findProject(operator, flags.project);
    try {
      return { key: await operator.add(await openSealer(flags.data), { id, name, project: found.id }), project: found };
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      throw new RelayStartError('relay.instance-exists', `${id} can not be added: ${error.message}`, { cause: error });
    }
  });
  print([`Added ${id} to ${project.name}.`, ...keyLines(key)]);
}

/** Prints a new key of an instance; the one before it ends. @throws {RelayStartError} as `addInstance` */
export async function renewInstance(typed: string, { data }: InstanceFlags): Promise<void> {
  const id = parseId(typed);
  const key = await withOperator(data, async (operator) => operator.renew(await openSealer(data), id));
  if (key === undefined) throw unknown(id);
  print([`The key of ${id} before this one no longer works.`, ...keyLines(key)]);
}

/** Removes an instance. @throws {RelayStartError} as `addInstance` */
export async function removeInstance(typed: string, { data }: InstanceFlags): Promise<void> {
  const id = parseId(typed);
  if (!(await withOperator(data, (operator) => operator.remove(id)))) throw unknown(id);
  print([`Removed ${id}. A running relay ends its connection within seconds.`]);
}

/** Prints all instances. @throws {RelayStartError} `relay.data-folder`, `relay.database` */
export async function listInstances({ data }: InstanceFlags): Promise<void> {
  const instances = await withOperator(data, (operator) => operator.list());
  print(instances.length === 0 ? ['There are no instances.'] : textTable(instances.map((each) => row(each))));
}

/** Prints the projects of accounts with their IDs. @throws {RelayStartError} `relay.data-folder`, `relay.database` */
export async function listProjects({ data }: InstanceFlags): Promise<void> {
  const projects = await withOperator(data, (operator) => operator.projects());
  print(
    projects.length === 0
      ? ['There are no projects of accounts.']
      : textTable(projects.map(({ id, name }) => [toUuid(id), name])),
  );
}

function withOperator<Result>(folder: string, task: (operator: InstanceOperator) => Promise<Result>): Promise<Result> {
  return withStore(folder, (store) => task(new InstanceOperator({ store, clock: systemClock, crypto: nativeBackend })));
}

/**
 * Opens the seal key that the relay has too: that of the environment, else that of the data folder. A relay with accounts has made it, so that a missing one
 * is in an environment that this command doesn't have.
 */
async function openSealer(folder: string): Promise<Sealer> {
  const given = process.env['CLAWREACH_RELAY_SEAL_KEY'] ?? '';
  if (given === '' && !existsSync(join(folder, 'seal-key')))
    throw new RelayStartError('relay.seal-key', `${folder} has no seal-key`);
  return new Sealer(nativeBackend, await openSealKey(nativeBackend, folder, given === '' ? undefined : given));
}

async function findProject(operator: InstanceOperator, typed: string): Promise<ListedProject> {
  const found = await operator.findProjects(typed);
  const [project, ...others] = found;
  if (project !== undefined && others.length === 0) return project;
  const known = found.length > 0 ? found : await operator.projects();
  const list = known.slice(0, 20).map(({ id, name }) => `${name} (${toUuid(id)})`);
  throw new RelayStartError(
    'relay.project',
    found.length > 0
      ? `several projects are called ${typed}: ${list.join(', ')}`
      : `no project of an account is called ${typed}; there are: ${list.length > 0 ? list.join(', ') : 'none'}`,
  );
}

function parseId(typed: string): string {
  if (!INSTANCE_ID.test(typed)) throw new RelayStartError('relay.instance-id', `not an ID of an instance: ${typed}`);
  return typed;
}

function keyLines(key: string): string[] {
  return [
    'Key, which is shown only now:',
    `  ${key}`,
    'Give it to the program alone. The relay can read and forge its messages.',
  ];
}

function row({ id, name, project, lastHeard }: ListedInstance): string[] {
  const heard =
    lastHeard === null ? 'never' : `${new Date(lastHeard).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return [id, name, project.name, `heard ${heard}`];
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

function unknown(id: string): RelayStartError {
  return new RelayStartError('relay.instance', `there is no instance ${id}`);
}
