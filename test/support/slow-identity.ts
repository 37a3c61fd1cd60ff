import type { DeviceIdentity } from '#shared/identity/index.ts';
import { settle } from './fake-clock.ts';

/** The same identity with keys that take their time, as those of a browser or a key store: so many turns of the event loop for each use. */
export function slowIdentity(identity: DeviceIdentity, turns = 3): DeviceIdentity {
  const { staticKey } = identity;
  return {
    ...identity,
    sign: async (message) => {
      const signature = await identity.sign(message);
      await settle(turns);
      return signature;
    },
    staticKey: {
      ...staticKey,
      agree: async (publicKey) => {
        const secret = await staticKey.agree(publicKey);
        await settle(turns);
        return secret;
      },
    },
  };
}

/** An identity whose signatures wait until the test releases them. */
export type HeldIdentity = Readonly<{
  identity: DeviceIdentity;
  /** Signatures that are waited for. */
  waiting(): number;
  /** Lets all of them go, or fails them, and lets what follows run. */
  release(error?: Error): Promise<void>;
}>;

/** Holds back each signature of an identity. */
export function heldIdentity(identity: DeviceIdentity): HeldIdentity {
  const held: ((error?: Error) => void)[] = [];
  return {
    identity: {
      ...identity,
      sign: (message) => {
        const signature = identity.sign(message);
        return new Promise((resolve, reject) => {
          held.push((error) => (error === undefined ? resolve(signature) : reject(error)));
        });
      },
    },
    waiting: () => held.length,
    async release(error) {
      for (const settleOne of held.splice(0)) settleOne(error);
      await settle();
    },
  };
}
