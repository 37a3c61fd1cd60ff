import { historyCsv, wantsCsv } from '#shared/platform/index.ts';
import type { PlatformContext } from '../context.ts';
import { requireAction } from '../project-access.ts';
import { replyWithCsv } from '../route-reply.ts';
import type { RouteHandlers } from '../serve-routes.ts';
import { listHistory, type HistoryPage, type HistoryQuery } from './history-query.ts';

/** Entries that a table reads from the database at a time. */
const TABLE_PAGE = 500;

/** Returns the handler of a project's history. It reads the database. */
export function historyRoutes(context: PlatformContext): RouteHandlers<'history.list'> {
  const read = (request: HistoryQuery): Promise<HistoryPage> =>
    context.store.read(async (database) => {
      // A table is read in parts, and the person may be removed meanwhile.
      await requireAction(database, request.account, request.project, 'view-history');
      return listHistory(database, request, context);
    });

  /** Reads a table: the whole history, or as many entries as the query says. */
  async function* readTable(request: HistoryQuery): AsyncGenerator<string> {
    const { limit = TABLE_PAGE, before, ...filter } = request.query;
    let position = before;
    let isFirst = true;
    do {
      const query = { ...filter, limit, ...(position === undefined ? {} : { before: position }) };
      const { entries, next } = await read({ ...request, query });
      const table = historyCsv(entries);
      yield isFirst ? table : table.slice(table.indexOf('\n') + 1);
      isFirst = false;
      position = next ?? undefined;
    } while (position !== undefined && request.query.limit === undefined);
  }

  return {
    async 'history.list'({ caller, project, query, headers }) {
      const request = { account: caller.account, project: project.id, query };
      if (wantsCsv(query.format, headers.accept)) return replyWithCsv(readTable(request), 'history.csv');
      const { entries, next } = await read(request);
      return { entries: [...entries], next };
    },
  };
}
