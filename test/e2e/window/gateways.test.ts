import { doubleScene, tellWindowStory } from '#test/gateway/story/index.ts';
import { GatewayDouble } from '#test/support/gateway/index.ts';

/** The agent and the window as a person has them, and a gateway that checks every frame. */
for (const where of ['Chromium', 'Electron'] as const)
  tellWindowStory('the double of a gateway', where, async () => {
    const gateway = await GatewayDouble.start();
    return {
      scene: doubleScene(gateway),
      close: () => gateway.stop(),
      sent: () => gateway.record.connects,
      violations: () => gateway.record.violations,
    };
  });
