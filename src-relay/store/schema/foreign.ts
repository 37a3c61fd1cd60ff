import type { Generated } from 'kysely';

/** Table of foreign instances: programs that send signed messages by the relay. It holds no content. */
export type ForeignTables = {
  foreign_instances: {
    /** Name of the instance, unique at the relay. */
    id: string;
    project: string;
    name: string;
    /** Key of 32 bytes with which the instance signs, sealed with the relay's seal key. */
    sealed: Uint8Array;
    /** Ed25519 public key that signs its receipts; null until it registers one. */
    public_key: Uint8Array | null;
    /** Newest time of a request that was ahead of the relay's clock, Unix s; 0 for none. After a restart, older ones are refused. */
    ahead: Generated<number>;
    last_heard: number | null;
    created_at: number;
  };
};
