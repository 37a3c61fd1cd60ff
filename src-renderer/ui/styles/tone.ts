/** Colour by meaning, of banners and chips. */
export type Tone = 'neutral' | 'good' | 'warning' | 'bad' | 'info';
