/* Plays and stops a picture that moves; it stands still until then, or until
 * the pointer is on its card. */
import type { Signal } from '@preact/signals';
import pause from 'icon:pause';
import play from 'icon:play';
import { t } from '../core/words';
import { Icon } from './Icon';

interface Props {
	playing: Signal<boolean>;
	/* Where its lower edge is, from the top, in pixels; at the bottom else. */
	at?: number;
}

export function Play({ playing, at }: Props) {
	const on = playing.value;
	return <button type="button" class="badge" aria-pressed={on}
		aria-label={t(on ? 'gif.stop' : 'gif.play')}
		style={at ? { top: `${at - 8}px` } : {}}
		onClick={() => { playing.value = !on; }}>
		<Icon of={on ? pause : play} size={12} />GIF</button>;
}
