/* What is done with the pins that are chosen on a board. */
import { type Signal, useSignal } from '@preact/signals';
import { boardChanged, doMany, type Many, mayEdit, trashMany }
	from '../core/boards';
import { choosingBoard } from '../core/layers';
import { me } from '../core/session';
import type { Board, Pin } from '../core/types';
import { t } from '../core/words';
import { forgetFeeds } from '../grid/feed';
import { Button } from './Button';
import { tell, tellError } from './Toast';

interface Props {
	board: Board;
	all: Pin[];
	chosen: Signal<ReadonlySet<number>>;
	takeAll: () => void;
	done: () => void;
}

function changed(): void {
	forgetFeeds();
	boardChanged();
}

/* Takes back what was done; it is told when it is. */
const undo = (run: () => Promise<unknown>) => ({ label: t('undo'), run: () => {
	run().then(changed, tellError);
} });

function act(board: Board, many: Many): Promise<number> {
	return doMany(board.id, many).then((n) => {
		changed();
		return n;
	});
}

function moveTo(from: Board, ids: number[]): void {
	choosingBoard.value = { title: t('move.to'), without: from.id,
		run: async (to) => {
			const n = await act(from, { ids, action: 'move', to: to.id });
			tell(t('moved', { n, board: to.title }), undo(() => doMany(to.id,
				{ ids, action: 'move', to: from.id })));
		} };
}

function copyTo(from: Board, ids: number[]): void {
	choosingBoard.value = { title: t('copy.to'), without: from.id,
		run: async (to) => {
			const n = await act(to, { ids, action: 'add' });
			tell(t('copied.to', { n, board: to.title }));
		} };
}

async function takeOff(board: Board, ids: number[]): Promise<void> {
	const n = await act(board, { ids, action: 'remove' });
	tell(t('removed', { n }), undo(() => doMany(board.id,
		{ ids, action: 'add' })));
}

async function trash(ids: number[]): Promise<void> {
	const n = await trashMany(ids, 'trash');
	changed();
	tell(t('trashed', { n }), undo(() => trashMany(ids, 'restore')));
}

export function SelectBar({ board, all, chosen, takeAll, done }: Props) {
	const busy = useSignal(false);
	const ids = all.map((pin) => pin.id).filter((id) => chosen.value.has(id));
	const none = ids.length === 0;
	const own = all.every((pin) => !chosen.value.has(pin.id) ||
		pin.author === me.value?.username);
	const run = (work: Promise<unknown>) => {
		busy.value = true;
		work.catch(tellError).finally(() => { busy.value = false; });
	};
	return <div class="select-bar" role="toolbar" aria-label={t('select')}>
		<span role="status">{t('selected', { n: ids.length })}</span>
		<Button kind="quiet" onClick={takeAll}>
			{t('select.all', { n: all.length })}</Button>
		<Button disabled={none} onClick={() => moveTo(board, ids)}>
			{t('move')}</Button>
		<Button disabled={none} onClick={() => copyTo(board, ids)}>
			{t('copy')}</Button>
		<Button disabled={none} busy={busy.value}
			onClick={() => run(takeOff(board, ids))}>
			{t('remove')}</Button>
		{mayEdit(board) && !!board.sections?.length &&
			<IntoSection board={board} ids={ids} run={run} />}
		{own && <Button kind="danger" disabled={none} busy={busy.value}
			onClick={() => run(trash(ids))}>{t('delete')}</Button>}
		<Button kind="primary" onClick={done}>
			{t('board.arrange.done')}</Button>
	</div>;
}

function IntoSection({ board, ids, run }: { board: Board; ids: number[];
	run: (work: Promise<unknown>) => void }) {
	const to = (value: string) => {
		const section = Number(value);
		const title = board.sections?.find((one) => one.id === section)?.title;
		run(act(board, { ids, action: 'move', ...section ? { section } : {} })
			.then((n) => tell(t('moved',
				{ n, board: title ?? t('section.none') }))));
	};
	return <select class="input role" disabled={ids.length === 0} value=""
		aria-label={t('section.into')} onChange={(e) => {
			to(e.currentTarget.value);
			e.currentTarget.value = '';
		}}>
		<option value="" disabled>{t('section.into')}</option>
		{board.sections?.map((one) => <option key={one.id} value={one.id}>
			{one.title}</option>)}
		<option value="0">{t('section.none')}</option>
	</select>;
}
