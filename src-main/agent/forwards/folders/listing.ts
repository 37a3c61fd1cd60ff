import { createHash } from 'node:crypto';
import { showHidden } from '#shared/visible-text/index.ts';
import type { FolderEntry, FolderListing } from './shared-folder.ts';

/** Texts of the listing page per language. */
const WORDS = {
  en: {
    title: 'Contents of',
    name: 'Name',
    size: 'Size',
    date: 'Changed',
    up: 'One folder up',
    folder: 'folder',
    empty: 'This folder is empty.',
    cut: 'There is more in this folder than can be shown here.',
  },
  de: {
    title: 'Inhalt von',
    name: 'Name',
    size: 'Größe',
    date: 'Geändert',
    up: 'Ein Ordner höher',
    folder: 'Ordner',
    empty: 'Dieser Ordner ist leer.',
    cut: 'In diesem Ordner ist mehr, als hier gezeigt werden kann.',
  },
  zh: {
    title: '目录',
    name: '名称',
    size: '大小',
    date: '修改时间',
    up: '上一级文件夹',
    folder: '文件夹',
    empty: '此文件夹为空。',
    cut: '此文件夹的内容过多，无法全部显示。',
  },
} as const;
type Language = keyof typeof WORDS;

const STYLE = `:root{color-scheme:light dark}
body{font:1rem/1.5 system-ui,sans-serif;margin:0 auto;max-width:60rem;padding:1rem}
h1{font-size:1.25rem;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}
th,td{border-bottom:1px solid #8886;padding:.5rem;text-align:start;vertical-align:top}
td:first-child{overflow-wrap:anywhere}
.number{text-align:end;white-space:nowrap;font-variant-numeric:tabular-nums}
a{display:inline-block;min-height:1.5rem}
@media(max-width:30rem){.date{display:none}}`;

/**
 * Content security policy that the server of a shared folder sends with a listing page: only its own style, so that no file name can load, run or
 * send anything.
 */
export const LISTING_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Chooses a language by an `Accept-Language` header; English if no supported language is listed. */
export function negotiateLanguage(header: string | undefined): Language {
  for (const part of (header ?? '').split(',')) {
    const [tag = ''] = part.trim().toLowerCase().split(/[-;]/, 1);
    if (tag === 'en' || tag === 'de' || tag === 'zh') return tag;
  }
  return 'en';
}

/** Reports whether the client prefers JSON over HTML, as programs do. */
export function wantsJson(accept: string | undefined): boolean {
  const types = (accept ?? '')
    .toLowerCase()
    .split(',')
    .map((part) => part.split(';', 1)[0]?.trim());
  const json = types.indexOf('application/json');
  const page = types.indexOf('text/html');
  return json >= 0 && (page < 0 || json < page);
}

/** Formats a folder's listing as JSON, for programs. Pure. */
export function listingJson(names: readonly string[], { entries, isCut }: FolderListing): string {
  const shown = entries.map(({ name, kind, size, modified }) => ({
    name,
    kind,
    size,
    modified: new Date(modified).toISOString(),
  }));
  return `${JSON.stringify({ path: `/${names.map((name) => `${name}/`).join('')}`, entries: shown, complete: !isCut })}\n`;
}

/** Formats a folder's listing as an HTML page without scripts: a heading, a table, links. Pure. */
export function listingPage(names: readonly string[], { entries, isCut }: FolderListing, language: Language): string {
  const words = WORDS[language];
  const title = `${words.title} /${names.join('/')}`;
  const up = names.length === 0 ? '' : `<p><a href="../">${words.up}</a></p>\n`;
  const rows = entries.map((entry) => row(entry, language)).join('\n');
  const head = `<thead><tr><th scope="col">${words.name}</th><th scope="col" class="number">${words.size}</th><th scope="col" class="number date">${words.date}</th></tr></thead>`;
  const table =
    entries.length === 0 ? `<p>${words.empty}</p>` : `<table>\n${head}\n<tbody>\n${rows}\n</tbody>\n</table>`;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escape(showHidden(title))}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escape(showHidden(title))}</h1>
${up}${table}
${isCut ? `<p>${words.cut}</p>\n` : ''}</main>
</body>
</html>
`;
}

function row({ name, kind, size, modified }: FolderEntry, language: Language): string {
  const slash = kind === 'folder' ? '/' : '';
  // `./` keeps a name with a colon from being a scheme.
  const link = `<a href="./${encodeURIComponent(name)}${slash}"><bdi>${escape(showHidden(name))}${slash}</bdi></a>`;
  const date = new Date(modified);
  const shown = `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const sizeText = size === null ? WORDS[language].folder : sizeOf(size, language);
  return `<tr><td>${link}</td><td class="number">${sizeText}</td><td class="number date"><time datetime="${date.toISOString()}">${shown}</time></td></tr>`;
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** Formats a size in binary units, as web servers' listings do, with the decimal separator of the page's language. */
function sizeOf(bytes: number, language: Language): string {
  const power = bytes === 0 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${value.toLocaleString(language, { maximumFractionDigits: power === 0 ? 0 : 1 })} ${UNITS[power]}`;
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`);
}
