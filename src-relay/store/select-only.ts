import { SelectQueryNode, type KyselyPlugin } from 'kysely';

/** Rejects every query but a `select`, in the database that `Store.read` hands out: a write there would bypass the queue of tasks. */
export const selectOnly: KyselyPlugin = {
  transformQuery({ node }) {
    if (!SelectQueryNode.is(node)) throw new Error(`the store's reads may not run a ${node.kind}`);
    return node;
  },
  transformResult: async ({ result }) => result,
};
