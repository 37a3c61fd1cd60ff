import { gzipSync } from 'node:zlib';

/** Part of a built file that the measurement reads; that of Vite's bundler has it. */
type BuiltFile = Readonly<{ type: 'asset' }> | BuiltChunk;
type BuiltChunk = Readonly<{
  type: 'chunk';
  fileName: string;
  code: string;
  isEntry: boolean;
  imports: readonly string[];
  dynamicImports: readonly string[];
  moduleIds: readonly string[];
}>;

/** Compressed size of the script of the relay's page, bytes. */
export type PageSize = Readonly<{
  /** Loaded before the first page is shown, in the largest language. */
  start: number;
  /** The same with the largest page of accounts. */
  account: number;
}>;

/** Most script that the relay's page may load before a terminal, compressed, bytes. */
export const PAGE_BUDGET = 300 * 1024;

const START = /\/dashboard\/start\.tsx$/;
const TEXTS = /\/locales\/[a-z]+\/dashboard\.ts$/;
const ACCOUNT_PAGE =
  /\/dashboard\/(?:auth|docs|devices|projects|project|skill|settings)\/index\.ts$|\/shell\/missing-page\.tsx$/;

/**
 * Measures the script of the relay's page from the graph of its chunks, compressed as the relay sends it (gzip).
 * @throws {Error} if the account pages load more than the budget, or have no entry
 */
export function measurePage(files: readonly BuiltFile[]): PageSize {
  const chunks = new Map(files.filter((file) => file.type === 'chunk').map((chunk) => [chunk.fileName, chunk]));
  const all = [...chunks.values()];
  const sizeOf = (names: ReadonlySet<string>): number =>
    [...names].reduce((sum, name) => sum + gzipSync(chunks.get(name)?.code ?? '').length, 0);
  const entry = all.find(({ isEntry }) => isEntry);
  const start = all.find(({ moduleIds }) => moduleIds.some((id) => START.test(id)));
  if (entry === undefined || start === undefined) throw new Error('the page has no entry');
  const first = new Set([...reachable(chunks, entry.fileName), ...reachable(chunks, start.fileName)]);
  const largest = (pattern: RegExp): number =>
    Math.max(
      0,
      ...all
        .filter(({ moduleIds }) => moduleIds.some((id) => pattern.test(id)))
        .map(({ fileName }) => sizeOf(new Set([...reachable(chunks, fileName)].filter((name) => !first.has(name))))),
    );
  const size = sizeOf(first) + largest(TEXTS);
  const account = size + largest(ACCOUNT_PAGE);
  if (account > PAGE_BUDGET)
    throw new Error(`the relay's page loads ${account} bytes of script, more than ${PAGE_BUDGET}`);
  return { start: size, account };
}

/** Describes the size in a line for the build's output. */
export function describePageSize({ start, account }: PageSize): string {
  const kibibytes = (bytes: number): string => `${(bytes / 1024).toFixed(0)} KiB`;
  return `page: ${kibibytes(start)} of script to start, ${kibibytes(account)} with the largest account page (gzip; at most ${kibibytes(PAGE_BUDGET)})`;
}

/** Returns the chunks that one chunk loads with itself. */
function reachable(chunks: ReadonlyMap<string, BuiltChunk>, from: string, seen = new Set<string>()): Set<string> {
  if (seen.has(from)) return seen;
  seen.add(from);
  for (const name of chunks.get(from)?.imports ?? []) reachable(chunks, name, seen);
  return seen;
}
