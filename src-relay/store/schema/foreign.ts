/** Tables of foreign instances: programs that send signed messages by the relay. They hold no content. */
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
    last_heard: number | null;
    created_at: number;
  };
  /** Nonces of requests that were ahead of the relay's clock, which would count again after a restart. */
  foreign_nonces: {
    instance: string;
    nonce: string;
    /** Time of the request, Unix s. */
    timestamp: number;
  };
};
