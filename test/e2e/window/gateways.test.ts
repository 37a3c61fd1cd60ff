import { doubleScene, tellWindowStory } from '#test/gateway/story/index.ts';
import { GatewayDouble } from '#test/support/gateway/index.ts';
import { storyPlaces } from '#test/support/window/places.ts';

/** The agent and the window as a person has them, and a gateway that checks every frame. */
for (const { name } of storyPlaces('Chromium'))
  tellWindowStory('the double of a gateway', name, async () => {
    const gateway = await GatewayDouble.start();
    return {
      scene: doubleScene(gateway),
      close: () => gateway.stop(),
      sent: () => gateway.record.connects,
      violations: () => gateway.record.violations,
    };
  });
