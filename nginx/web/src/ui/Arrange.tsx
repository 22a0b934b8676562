/* The pins of one's own board, to be put in order. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { api, get, isAbort, type Page } from '../core/api';
import { fileFor, plainTitle } from '../core/images';
import { movedIn } from '../core/order';
import type { Pin } from '../core/types';
import { t } from '../core/words';
import { Sortable } from './Sortable';
import { tellError } from './Toast';

/* All of them, as one may be moved to the end. */
async function load(board: number, signal: AbortSignal): Promise<Pin[]> {
	const pins: Pin[] = [];
	let next: string | null = `pins/?board=${board}&limit=200`;
	while (next !== null) {
		const page: Page<Pin> = await get<Page<Pin>>(next, signal);
		pins.push(...page.results);
		next = page.next && `pins/${new URL(page.next).search}`;
	}
	return pins;
}

export function Arrange({ board, changed }:
	{ board: number; changed: () => void }) {
	const pins = useSignal<Pin[] | null>(null);
	useEffect(() => {
		const abort = new AbortController();
		load(board, abort.signal).then((found) => { pins.value = found; },
			(e) => { isAbort(e) || tellError(e); });
		return () => abort.abort();
	}, [board]);
	const move = async (id: number, before: number | null) => {
		const old = pins.value ?? [];
		pins.value = movedIn(old, id, before);
		try {
			await api('POST', `boards/${board}/move_pin`, {
				body: before === null ? { id } : { id, before },
			});
			changed();
		} catch (e) {
			pins.value = old;
			throw e;
		}
	};
	if (!pins.value)
		return <div class="arrange" aria-busy="true" />;
	const items = pins.value.map((pin) => ({ id: pin.id, pin,
		title: plainTitle(pin.title) }));
	return <Sortable items={items} className="arrange"
		label={t('board.arrange')} move={move}>
		{({ pin, title }) => <span class="arrange-pin">
			<img src={fileFor(pin, 236)} alt={title} loading="lazy"
				draggable={false} />
		</span>}
	</Sortable>;
}
