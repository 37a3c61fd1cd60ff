import type { AppHandlers } from '#shared/app-api/index.ts';
import { describePerson, describeSystem } from '#node/system/index.ts';
import type { Core } from '../core/core.ts';
import type { Module } from '../core/module.ts';
import type { ForwardsModule } from '../forwards/index.ts';
import type { NetworkModule } from '../network/index.ts';
import type { PeersModule } from '../peers/index.ts';
import { writeJsonReport, writeReport, type Findings } from './report.ts';

/** Module that answers `diagnostics.get`: a report for the people who help, without names, addresses and secrets. */
export type DiagnosticsModule = Module &
  Readonly<{
    /** Sets the function that lists the OpenClaw gateways for the report; without a call, the report has none. */
    addGateways(list: () => Findings['gateways']): void;
  }>;

/**
 * Creates the diagnostics module. It reads the other modules' views only when a report is requested. The report goes to the caller only; nothing is
 * saved or sent.
 */
export function createDiagnostics(
  core: Core,
  {
    network: { network },
    peers: { view },
    forwards: { forwards },
  }: Readonly<{ network: NetworkModule; peers: PeersModule; forwards: ForwardsModule }>,
): DiagnosticsModule {
  const { clock, peers, recentLog, views } = core;
  let gateways: () => Findings['gateways'] = () => [];
  const handlers: Pick<AppHandlers, 'diagnostics.get'> = {
    'diagnostics.get': async ({ form }) => ({
      text: (form === 'json' ? writeJsonReport : writeReport)({
        at: clock.now(),
        status: views.status(),
        network: network.settings,
        peers: peers.list().map(view),
        forwards: forwards.list(),
        gateways: gateways(),
        system: describeSystem(),
        person: describePerson(),
        log: recentLog.lines,
      }),
    }),
  };
  return {
    handlers,
    addGateways: (list) => {
      gateways = list;
    },
  };
}
