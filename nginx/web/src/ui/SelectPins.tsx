/*
 * The pins of a board, to be chosen: one by one, from one to another with
 * Shift, or all; then moved, copied, sorted, removed or deleted together.
 * Arrows walk, Ctrl-A takes all, Escape none.
 */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import check from 'icon:check';
import { get, isAbort, nextOf, type Page } from '../core/api';
import { boardTurn, carrying } from '../core/boards';
import { fileFor, plainTitle } from '../core/images';
import type { Board, Pin } from '../core/types';
import { t } from '../core/words';
import { Icon } from './Icon';
import { SelectBar } from './SelectBar';
import { tellError } from './Toast';

/* All of them, as all can be chosen. */
async function load(source: string, signal: AbortSignal): Promise<Pin[]> {
	const pins: Pin[] = [];
	for (let next: string | null = source; next !== null;) {
		const page: Page<Pin> = await get<Page<Pin>>(next, signal);
		pins.push(...page.results);
		next = nextOf(source, page.next);
	}
	return pins;
}

interface Props {
	board: Board;
	source: string;
	done: () => void;
}

const steps: Record<string, number> = { ArrowRight: 1, ArrowDown: 1,
	ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity };

export function SelectPins({ board, source, done }: Props) {
	const pins = useSignal<Pin[] | null>(null);
	const chosen = useSignal<ReadonlySet<number>>(new Set());
	const last = useRef(0);
	useEffect(() => {
		const abort = new AbortController();
		load(`${source}&limit=200`, abort.signal).then((found) => {
			const there = new Set(found.map((pin) => pin.id));
			pins.value = found;
			chosen.value = new Set([...chosen.value]
				.filter((id) => there.has(id)));
		}, (e) => { isAbort(e) || tellError(e); });
		return () => abort.abort();
	}, [source, boardTurn.value]);
	const all = pins.value ?? [];
	const pick = (i: number, range: boolean) => {
		const from = range ? last.current : i;
		const some = all.slice(Math.min(from, i), Math.max(from, i) + 1);
		const on = range || !chosen.value.has(all[i]?.id ?? 0);
		const next = new Set(chosen.value);
		for (const pin of some)
			on ? next.add(pin.id) : next.delete(pin.id);
		chosen.value = next;
		last.current = i;
	};
	const takeAll = () => {
		chosen.value = new Set(all.map((pin) => pin.id));
	};
	const keys = (e: KeyboardEvent, i: number) => {
		const step = steps[e.key];
		if (e.key === 'a' && (e.ctrlKey || e.metaKey))
			takeAll();
		else if (e.key === 'Escape')
			chosen.value = new Set();
		else if (e.key === ' ' && e.shiftKey)
			pick(i, true);
		else if (step !== undefined)
			(e.currentTarget as HTMLElement).closest('ul')
				?.querySelectorAll('button')[Math.max(0,
					Math.min(i + step, all.length - 1))]?.focus();
		else
			return;
		e.preventDefault();
		e.stopPropagation();
	};
	return <>
		<ul class="arrange select" aria-label={t('select')}
			aria-busy={!pins.value}>
			{all.map((pin, i) => <li key={pin.id}>
				<Tile pin={pin} on={chosen.value.has(pin.id)}
					pick={(range) => pick(i, range)}
					drag={() => {
						carrying.value = chosen.value.has(pin.id)
							? [...chosen.value] : [pin.id];
					}} keys={(e) => keys(e, i)} />
			</li>)}
		</ul>
		<SelectBar board={board} all={all} chosen={chosen}
			takeAll={takeAll} done={done} />
	</>;
}

interface TileProps {
	pin: Pin;
	on: boolean;
	pick: (range: boolean) => void;
	drag: () => void;
	keys: (e: KeyboardEvent) => void;
}

function Tile({ pin, on, pick, drag, keys }: TileProps) {
	return <button type="button" role="checkbox" aria-checked={on}
		class="select-pin" aria-label={plainTitle(pin.title)} draggable
		onDragStart={drag} onDragEnd={() => { carrying.value = null; }}
		onClick={(e) => pick(e.shiftKey)} onKeyDown={keys}>
		<img src={fileFor(pin, 236)} alt="" loading="lazy"
			draggable={false} />
		<span class="tick">{on && <Icon of={check} size={20} />}</span>
	</button>;
}
