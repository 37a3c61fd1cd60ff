import * as fc from 'fast-check';

/** Values that no field has. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(null, true, '', '..', '\0', -1, 0.5, 2 ** 53, Number.MAX_SAFE_INTEGER, 1e308, [], {}, [[]]),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.integer(),
);

/** A field that is as it should be, nine times in ten. */
function mostly(valid: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 9, arbitrary: valid }, { weight: 1, arbitrary: odd });
}

/** A line of these fields, of which one in ten is odd, and some are missing. */
function line(type: string, fields: Readonly<Record<string, fc.Arbitrary<unknown>>> = {}): fc.Arbitrary<unknown> {
  const given = Object.fromEntries(Object.entries(fields).map(([name, valid]) => [name, mostly(valid)]));
  const whole = fc.record({ type: fc.constant(type), ...given });
  const torn = fc.record({ type: fc.constant(type), ...given }, { requiredKeys: ['type'] });
  return fc.oneof({ weight: 9, arbitrary: whole }, { weight: 1, arbitrary: torn });
}

const few = fc.nat({ max: 5 });
const id = fc.constantFrom('ab'.repeat(16), 'cd'.repeat(16));
const name = fc.oneof(
  fc.constantFrom('a', 'b', 'c', '..', '.', '../up', '/etc/up', 'a/b', 'nul\0', '.hidden', 'CON', 'A', 'x'.repeat(300)),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
);
const kind = fc.constantFrom('file', 'folder');
const code = fc.constantFrom('file.busy', 'file.gone', 'rights.denied', 'file.no-space');
const digest = fc.constantFrom('ab'.repeat(32), 'f'.repeat(64));
const entries = fc.array(
  fc.record({
    in: mostly(fc.integer({ min: -1, max: 3 })),
    name: mostly(name),
    kind: mostly(kind),
    size: mostly(fc.constantFrom(0, 3, 3, 300_000)),
    mtime: mostly(fc.nat()),
    exec: mostly(fc.boolean()),
  }),
  { minLength: 1, maxLength: 5 },
);
const into = fc.oneof(
  fc.record({ folder: mostly(name), path: fc.array(name, { maxLength: 3 }), mode: mostly(fc.constant('replace')) }),
  fc.record({ terminal: mostly(name) }),
);

const shared = [line('pause', { code }), line('go'), line('cancel', { code })];

/** Lines of a sender, many of them almost right. */
export const senderLines = fc.oneof(
  line('offer', {
    transfer: id,
    entries: few,
    files: few,
    bytes: fc.constantFrom(0, 3, 300_003),
    roots: fc.array(fc.record({ name: mostly(name), kind: mostly(kind) }), { minLength: 1, maxLength: 2 }),
    top: fc.integer({ min: 1, max: 2 }),
    into,
  }),
  line('cancelled', { transfer: id }),
  line('list', { entries }),
  line('list-end', { hash: digest }),
  line('lost', { n: few, code }),
  ...shared,
  fc.json().map((text) => JSON.parse(text) as unknown),
);

const counts = { files: few, bytes: fc.nat() };

/** Lines of a receiver, many of them almost right. */
export const receiverLines = fc.oneof(
  line('ask'),
  line('take', { have: few, ...counts }),
  line('refuse', { code, retryAfter: few }),
  // Files of the tree that a test sends.
  ...Array.from({ length: 6 }, () => line('want', { n: fc.constantFrom(1, 2), from: fc.constant(0) })),
  line('want', { n: few, from: fc.constant(0) }),
  line('want', { n: few, from: fc.constantFrom(0, 17, 1_048_576, 2_097_152), chunks: digest }),
  line('progress', counts),
  line('done', {
    ...counts,
    failed: fc.array(fc.record({ n: mostly(few), code: mostly(code) }), { maxLength: 3 }),
    failures: few,
    names: fc.array(name, { maxLength: 3 }),
    renamed: few,
    folder: name,
  }),
  ...shared,
  fc.json().map((text) => JSON.parse(text) as unknown),
);
