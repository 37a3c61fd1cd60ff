import { AppApiError } from '#shared/app-api/index.ts';
import { exampleGateway } from '../../stories/examples/index.ts';
import type { Story, StoryAnswers } from '../../stories/index.ts';
import { OpenedMenu, play, playing, RECORDED, shown, tab, TERMINALS_STATE } from './story-data.tsx';

/** Gateway of these stories. */
const HOME = exampleGateway();
const onGateway = (number: number, title = '') => ({ gatewayId: HOME.id, terminal: `g${number}`, title });
const AT_GATEWAY: StoryAnswers = {
  ...playing(RECORDED),
  'gateways.terminal.open': async (_input, { connection }) => {
    const channel = connection.openChannel();
    play(channel, RECORDED).catch(() => undefined);
    return { channel: channel.id, terminal: `g${channel.id}`, shell: '/bin/bash', directory: '/srv/openclaw' };
  },
  'gateways.terminal.list': async () => [
    { terminal: 'g7', title: 'openclaw logs --follow', attached: false },
    { terminal: 'g8', title: '', attached: false },
    { terminal: 'g9', title: 'someone else’s', attached: true },
  ],
};
const gatewayStory = (
  name: string,
  tabs: readonly unknown[],
  given: Parameters<typeof exampleGateway>[0] = {},
): Story => ({
  ...shown(tabs),
  name: `terminals/${name}`,
  state: { ...TERMINALS_STATE, gateways: [exampleGateway(given)] },
  answers: AT_GATEWAY,
});
const away = (problem: string, stateOf: 'waiting' | 'stopped' = 'waiting') =>
  ({
    operator: { state: stateOf, since: Date.now() - 5000, problem: { code: problem, details: {}, at: Date.now() } },
  }) as const;

/** Stories of terminals on a gateway's machine, and of its connection's states. */
export const GATEWAY_TERMINALS_STORIES: readonly Story[] = [
  gatewayStory('gateway', [onGateway(1), { ...onGateway(2), name: 'logs' }, tab(1)]),
  gatewayStory('gateway without a title of the program', [onGateway(1, 'x'), { ...onGateway(2), name: '' }]),
  gatewayStory('gateway restarts', [onGateway(1)], away('gateway.restarting')),
  gatewayStory('gateway lost', [onGateway(1)], away('gateway.refused')),
  gatewayStory('gateway stopped', [onGateway(1)], away('gateway.token-wrong', 'stopped')),
  {
    ...gatewayStory('gateway connecting', []),
    state: { ...TERMINALS_STATE, gateways: [HOME], requestedTerminal: { gatewayId: HOME.id, serial: 1 } },
    answers: { ...AT_GATEWAY, 'gateways.terminal.open': () => new Promise<never>(() => undefined) },
  },
  {
    ...gatewayStory('gateway gone', [onGateway(1)]),
    answers: {
      ...AT_GATEWAY,
      'gateways.terminal.open': async () => {
        throw new AppApiError('terminal.unknown', 'not there any more');
      },
    },
  },
  {
    ...gatewayStory('gateway offered', []),
    render: () => <OpenedMenu tabs={0}>{shown([]).render()}</OpenedMenu>,
  },
];
