import { CHOICE_LIFE, MOST_CHOICES } from '../../src-main/desktop/transfers/chosen-paths.ts';
import * as files from '../../src-shared/files/limits.ts';
import { count, size, table, time } from './format.ts';

export function filesSection(): string {
  return `## Files
\`src-shared/files\`, \`src-main/agent/files\`

${table([
  ['chunk; file that shares a stream', `${size(files.CHUNK)}; ${size(files.SMALL_FILE)}`],
  ['line; entries in a line of a list', `${size(files.FILES_LINE_BYTES)}; ${files.LIST_LINE_ENTRIES}`],
  ['files and folders of a transfer; at the top', `${count(files.MOST_ENTRIES)}; ${files.MOST_ROOTS}`],
  [
    'list of a transfer',
    size(files.LIST_BYTES),
    'in memory while it runs: as much, or up to 870 MiB if all names have wide characters and change',
  ],
  [
    'lists of the transfers of a peer; of all',
    `${size(files.LISTS_PER_PEER)}; ${size(files.LISTS)}`,
    'that are received, and as much for what peers copy from here',
  ],
  ['name; path; depth', `${files.NAME_BYTES} B; ${size(files.PATH_BYTES)}; ${files.MOST_DEPTH}`, 'after cleaning'],
  ['streams with contents; files asked for', `${files.STREAMS_PER_TRANSFER}; ${files.MOST_WANTED}`, 'of a transfer'],
  ['transfers of a peer that run', `${files.TRANSFERS_PER_PEER}`, 'the others wait'],
  ['offers of a peer; of all', `${files.OFFERS_PER_PEER}; ${files.OFFERS}`, 'further ones are refused for now'],
  [
    'transfers to or from a peer; to or from all',
    `${files.UNFINISHED_PER_PEER}; ${count(files.UNFINISHED)}`,
    'that are not over',
  ],
  [
    'transfers of an agent here; paths of one',
    `${files.UNFINISHED_PER_AGENT}; ${files.AGENT_PATHS}`,
    'the other places are for people',
  ],
  ['growth of changed files', `${size(files.GROWTH_BYTES)} or ${files.GROWTH_PART * 100} %`, 'more ends the transfer'],
  ['contents sent again', `${files.SENT_AGAIN} times`, 'then the file is missing'],
  ['failed files that are reported', `${files.MOST_REPORTED}`],
  ['sync of a part', `${size(files.SYNC_BYTES)} or ${time(files.SYNC_TIME)}`, 'lost at most by a crash'],
  ['space left free', `${size(files.FREE_BYTES)} or ${files.FREE_PART * 100} %`, 'the larger one'],
  [
    'parts that no one continues',
    `${time(files.PARTS_LIFE)}, ${size(files.PARTS_BYTES)} or ${files.PARTS_PART * 100} % of the free space`,
  ],
  ['streams about shared folders of a peer; of all', `${files.FOLDER_STREAMS_PER_PEER}; ${files.FOLDER_STREAMS}`],
  [
    'names of a listed folder; at a time',
    `${count(files.MOST_LISTED)}; ${count(files.LISTED_AT_ONCE)}`,
    'further ones are not listed',
  ],
  [
    'next request; work for one',
    `${time(files.FOLDER_IDLE)}; ${time(files.FOLDER_TIME)}`,
    'in a shared folder, except to hash a file',
  ],
  ['trash of a shared folder', time(files.TRASH_LIFE)],
  [
    'folders with hidden parts or a trash',
    `${files.MOST_HIDDEN_FOLDERS}, ${time(files.HIDDEN_FOLDER_LIFE)}`,
    'so long also if one is not found; the oldest is forgotten',
  ],
  [
    'choices of files in a window',
    `${MOST_CHOICES}, ${time(CHOICE_LIFE)}`,
    'each for one transfer; the oldest is forgotten',
  ],
  [
    'files and folders picked in a page',
    count(files.PAGE_PICKED),
    'the page holds each of them; more are refused before',
  ],
  ['journal of a transfer to a page', size(files.PAGE_JOURNAL_BYTES), 'in memory; more ends the transfer'],
  [
    'open files of a transfer to a page; between attempts',
    `${files.PAGE_OPEN_FILES}; ${files.PAGE_OPEN_PARTS}`,
    'more at a time ends it; the oldest parts are given up',
  ],
  [
    'file in the memory of a page',
    size(files.PAGE_FILE_BYTES),
    'where the browser lets it write to no file; more is refused before',
  ],
  ['IDs of a peer that are remembered', `${count(files.MOST_REMEMBERED)}, ${time(files.TRANSFER_MEMORY)}`],
])}
`;
}
