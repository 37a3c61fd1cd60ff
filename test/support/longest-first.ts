import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { SeededRandom } from './faults/random.ts';

/**
 * Seconds that the longest files take on a machine of the CI, which remembers no run before. A file that takes a minute and begins last is a
 * minute in which all other workers wait. Roughly is enough; what is not here follows in the runner's own order.
 */
const SECONDS: Readonly<Record<string, number>> = {
  'unit/shared/link/path-loss': 20,
  'unit/shared/link/hostile': 12,
  'unit/agent/ini/fuzz': 9,
  'unit/shared/handshake/fuzz': 9,
  'unit/agent/via/via': 9,
  'unit/shared/app-api/boundary': 8,
  'unit/shared/pairing/decoders': 8,
  'unit/agent/gateways/any-gateway': 7,
  'integration/renderer/stories': 160,
  'integration/renderer/languages': 90,
  // These wait more than they compute, and do so best beside the two above.
  'integration/links/paths': 80,
  'integration/desktop/pty-host': 75,
  'integration/terminals/outlive': 70,
  'integration/desktop/secrets': 65,
  'integration/links/udp-or-relay': 60,
  'integration/renderer/terminals': 57,
  'integration/desktop/background': 14,
  'integration/direct/carriers': 15,
  'integration/web-host/browser': 14,
  'integration/desktop/tray': 13,
  'integration/ssh/keeping-up': 12,
  'integration/renderer/forwards': 12,
  'integration/renderer/approvals': 12,
  'integration/renderer/peers': 11,
  'integration/desktop/starts': 11,
  'integration/terminals/host-attacks': 11,
  'integration/links/middles': 10,
  'integration/desktop/relay': 10,
  'integration/terminals/lives': 10,
  'integration/gateways/terminals': 10,
  'integration/forwards/agents': 13,
  'integration/direct/strangers': 11,
  'integration/forwards/targets': 10,
  'integration/faults/slow-reader': 9,
  'e2e/window/hosted-relay-quit': 75,
  'e2e/window/story': 65,
  'e2e/commands': 42,
  'e2e/forwards/wireguard': 41,
  'e2e/window/gateways': 34,
  'e2e/demo': 34,
  'e2e/relay-commands': 29,
  'e2e/nat': 27,
  'e2e/story': 27,
  'e2e/gateway-commands': 26,
  'e2e/restarts': 26,
  'e2e/forwards/auto': 26,
  'e2e/forwards/scenarios': 20,
  'e2e/fidelity': 19,
  'e2e/window/lost-agent': 18,
  'e2e/window/lost-path': 18,
};

/**
 * Files of a tier that share a process must not notice each other, whatever their order: a number here, and they come in another order, the same for
 * the same number.
 */
const ORDER = process.env['CLAWREACH_TEST_ORDER'];

/** Within each tier, the long files first. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const tiers = [...new Set(sorted.map(({ project }) => project.name))];
    return tiers.flatMap((tier) => arrange(sorted.filter(({ project }) => project.name === tier)));
  }
}

function arrange(files: readonly TestSpecification[]): TestSpecification[] {
  if (ORDER === undefined) return files.toSorted((one, other) => seconds(other) - seconds(one));
  const named = files.toSorted((one, other) => (one.moduleId < other.moduleId ? -1 : 1));
  return new SeededRandom(Number(ORDER)).shuffle(named);
}

function seconds({ moduleId }: TestSpecification): number {
  return SECONDS[/\/test\/(.*)\.test\.ts$/.exec(moduleId)?.[1] ?? ''] ?? 0;
}
