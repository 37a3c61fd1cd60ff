import { afterAll, beforeAll } from 'vitest';
import { tellOfGuests } from '#test/support/browser/guests.ts';
import { ShareScene } from '#test/support/browser/share-scene.ts';
import { Firefox, inFirefox } from '#test/support/firefox/firefox.ts';

inFirefox('the page of a share link', () => {
  let firefox: Firefox;
  let scene: ShareScene;

  beforeAll(async () => {
    scene = await ShareScene.start();
    firefox = await Firefox.launch({ policy: true });
  }, 120_000);
  afterAll(async () => {
    await firefox.close();
    await scene.close();
  });

  tellOfGuests(() => ({ scene, open: async (address) => await firefox.open(address, await firefox.profile()) }));
});
