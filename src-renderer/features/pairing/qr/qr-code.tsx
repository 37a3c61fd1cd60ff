import { create } from 'qrcode';
import { useMemo, type ReactElement } from 'react';
import styles from '../pairing.module.css';

/** Width of the white margin, modules; scanners need it, especially on a dark page. */
const QUIET_ZONE = 4;

/** Draws a QR code, black on white in every theme. */
export function QrCode({ value, label }: Readonly<{ value: string; label: string }>): ReactElement {
  const { size, path } = useMemo(() => qrPath(value), [value]);
  return (
    <svg
      className={styles['qr']}
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

/** Converts a text into an SVG path; each run of dark modules in a row is one rectangle. */
export function qrPath(value: string): Readonly<{ size: number; path: string }> {
  const { modules } = create(value, { errorCorrectionLevel: 'L' });
  const runs: string[] = [];
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) {
      if (modules.get(row, column) === 0) continue;
      const start = column;
      while (column < modules.size && modules.get(row, column) !== 0) column += 1;
      runs.push(`M${start + QUIET_ZONE} ${row + QUIET_ZONE}h${column - start}v1h-${column - start}z`);
    }
  }
  return { size: modules.size + 2 * QUIET_ZONE, path: runs.join('') };
}
