/**
 * `npm run docs:security`: prints the properties of docs/SECURITY.md with the tests that carry their ids, and ends with 1 for a property without a test
 * or a test with an unknown id. `-- --id S-PAIR-3` prints one property, `-- --id S-PAIR` those of one area.
 */
import { failUsage, readOptions } from '#test/support/command-words.ts';
import { say } from './support/say.ts';
import { markedTests, projectFiles, propertyFaults, readProject, readProperties } from './support/properties.ts';

const USAGE = 'Usage: npm run docs:security -- [--id ID]';
const { id: wanted } = readOptions({ id: { type: 'string' } }, USAGE);

const properties = readProperties(readProject('docs/SECURITY.md'));
const chosen = properties.filter(({ id }) => wanted === undefined || id === wanted || id.startsWith(`${wanted}-`));
if (chosen.length === 0) failUsage(`no property has the id ${wanted ?? ''}\n${USAGE}`);
const sources = projectFiles('test', ['.test.ts']).map((file) => ({ file, source: readProject(file) }));
const tests = sources.flatMap(({ file, source }) => markedTests(file, source));

for (const { id, text } of chosen) {
  say(`${id}: ${text}`);
  for (const { file, title } of tests.filter(({ ids }) => ids.includes(id))) say(`  ${file} › ${title}`);
}
const faults = propertyFaults(properties, sources);
const marked = tests.filter(({ ids }) => chosen.some(({ id }) => ids.includes(id))).length;
say(`\n${chosen.length} properties, ${marked} tests`);
for (const fault of faults) say(`FAULT ${fault}`);
process.exitCode = faults.length === 0 ? 0 : 1;
