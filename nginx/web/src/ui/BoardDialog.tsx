/* Makes or changes a board: its name, text, cover, and who sees it. */
import { api } from '../core/api';
import { boardChanged, isMine } from '../core/boards';
import { deletingBoard, editingBoard } from '../core/layers';
import { remember } from '../core/load';
import { makeBoard } from '../core/session';
import type { Board } from '../core/types';
import { t } from '../core/words';
import { Area } from './Area';
import { Button } from './Button';
import { CoverField } from './CoverField';
import { Dialog } from './Dialog';
import { Field } from './Field';
import { Form, type FormValues } from './Form';
import { Switch } from './Switch';
import { tell } from './Toast';

const close = (): void => { editingBoard.value = null; };

async function save(board: Board | 'new', values: FormValues):
	Promise<void> {
	const { title = '', content = '' } = values;
	const secret = values['secret'] !== undefined;
	if (board === 'new') {
		const made = await makeBoard(title, secret, content);
		tell(t('board.made', { board: made.title }));
	} else {
		const path = `boards/${board.id}`;
		remember(path, await api<Board>('PATCH', path, { body: { title,
			content, ...isMine(board) ? { secret } : {} } }));
		boardChanged();
	}
	close();
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
				<Area name="content" label={t('board.content')}
					hint={t('board.content.hint')} maxLength={500}
					value={isNew ? '' : board.content}
					errors={errors['content']} />
				{(isNew || isMine(board)) && <Switch name="secret"
					label={t('board.secret')} hint={t('board.secret.hint')}
					on={!isNew && board.secret} />}
			</>}
		</Form>
		{!isNew && <CoverField board={board} />}
		{!isNew && isMine(board) && <Button kind="danger" onClick={() => {
			close();
			deletingBoard.value = board;
		}}>{t('board.delete')}</Button>}
	</Dialog>;
}
