import { onTestFinished } from 'vitest';
import type { Store, StoreLimits } from '#relay/store/index.ts';

/** One database, empty at first. `open` opens it, also after the store before was closed. */
export type StoreStage = Readonly<{ open(limits?: Partial<StoreLimits>): Promise<Store> }>;
export type StoreStageFactory = () => StoreStage;

/** Opens a new database for this test, and closes it afterwards. */
export async function newStore(create: StoreStageFactory, limits?: Partial<StoreLimits>): Promise<Store> {
  const store = await create().open(limits);
  onTestFinished(() => store.close());
  return store;
}
