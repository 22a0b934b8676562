/* Makes, renames, hides or deletes a board. */
import { api } from '../core/api';
import { asking, editingBoard } from '../core/layers';
import { go, place } from '../core/router';
import { makeBoard, me, myBoards } from '../core/session';
import type { Board } from '../core/types';
import { t } from '../core/words';
import { Button } from './Button';
import { Dialog } from './Dialog';
import { Field } from './Field';
import { Form, type FormValues } from './Form';
import { Switch } from './Switch';
import { tell } from './Toast';

const close = (): void => { editingBoard.value = null; };

async function save(board: Board | 'new', values: FormValues):
	Promise<void> {
	const title = values['title'] ?? '';
	const secret = values['secret'] !== undefined;
	if (board === 'new') {
		const made = await makeBoard(title, secret);
		tell(t('board.made', { board: made.title }));
	} else {
		const { title: kept } = await api<Board>('PATCH', `boards/${board.id}`,
			{ body: { title, secret } });
		myBoards.value = (myBoards.value ?? []).map((one) =>
			one.id === board.id ? { ...one, title: kept, secret } : one);
	}
	close();
}

async function remove(board: Board): Promise<void> {
	await api('DELETE', `boards/${board.id}`);
	myBoards.value = (myBoards.value ?? [])
		.filter((one) => one.id !== board.id);
	tell(t('board.deleted', { board: board.title }));
	if (place.value?.path.startsWith('/board/'))
		go(`/@${me.value?.username}`, true);
}

function askRemove(board: Board): void {
	close();
	asking.value = {
		title: t('board.delete.title'),
		text: t('board.delete.text', { board: board.title }),
		button: t('delete'), run: () => remove(board),
	};
}

export default function BoardDialog() {
	const board = editingBoard.value;
	if (!board)
		return null;
	const isNew = board === 'new';
	return <Dialog title={t(isNew ? 'board.new' : 'board.edit')}
		onClose={close}>
		<Form button={t(isNew ? 'board.make' : 'save.changes')}
			send={(values) => save(board, values)}>
			{(errors) => <>
				<Field name="title" label={t('board.title')}
					errors={errors['title']} maxLength={100} autocomplete="off"
					defaultValue={isNew ? '' : board.title} autofocus required />
				<Switch name="secret" label={t('board.secret')}
					hint={t('board.secret.hint')}
					on={!isNew && board.secret} />
			</>}
		</Form>
		{!isNew && <Button kind="danger" onClick={() => askRemove(board)}>
			{t('board.delete')}</Button>}
	</Dialog>;
}
