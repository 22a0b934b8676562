/* Deletes a board, after asking what becomes of the pins that were made on it;
 * it can be undone. */
import { useSignal } from '@preact/signals';
import { api } from '../core/api';
import { boardChanged } from '../core/boards';
import { deletingBoard } from '../core/layers';
import { go, place } from '../core/router';
import { me, myBoards } from '../core/session';
import type { Board } from '../core/types';
import { t } from '../core/words';
import { forgetFeeds } from '../grid/feed';
import { Button } from './Button';
import { Dialog } from './Dialog';
import { tell, tellError } from './Toast';

const close = (): void => { deletingBoard.value = null; };

async function restore(board: Board): Promise<void> {
	await api('POST', `boards/${board.id}/restore`);
	forgetFeeds();
	boardChanged();
	tell(t('board.restored', { board: board.title }),
		{ label: t('board.open'), href: `/board/${board.id}` });
}

async function remove(board: Board, pins: string): Promise<void> {
	await api('DELETE', `boards/${board.id}?pins=${pins}`);
	myBoards.value = (myBoards.value ?? [])
		.filter((one) => one.id !== board.id);
	forgetFeeds();
	close();
	tell(t('board.deleted', { board: board.title }), { label: t('undo'),
		run: () => { restore(board).catch(tellError); } });
	if (place.value?.path.startsWith('/board/'))
		go(`/@${me.value?.username}`, true);
}

export default function DeleteBoard() {
	const pins = useSignal('keep');
	const busy = useSignal(false);
	const board = deletingBoard.value;
	if (!board)
		return null;
	const run = () => {
		busy.value = true;
		remove(board, pins.value).catch(tellError)
			.finally(() => { busy.value = false; });
	};
	return <Dialog title={t('board.delete.title')} onClose={close}>
		<p class="dialog-text">{t('board.delete.text',
			{ board: board.title })}</p>
		<fieldset class="choices">
			<legend>{t('board.delete.pins')}</legend>
			{(['keep', 'trash'] as const).map((one) => <label key={one}
				class="check"><input type="radio" name="pins" value={one}
					checked={pins.value === one}
					onChange={() => { pins.value = one; }} />
				{t(`board.delete.${one}`)}</label>)}
		</fieldset>
		<div class="buttons">
			<Button kind="quiet" onClick={close}>{t('cancel')}</Button>
			<Button kind="danger" busy={busy.value} onClick={run}>
				{t('board.delete')}</Button>
		</div>
	</Dialog>;
}
