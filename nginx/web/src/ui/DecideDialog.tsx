/* The staff decides a case: what will happen, and a note with it. */
import { api } from '../core/api';
import type { Action, Case } from '../core/staff';
import { t } from '../core/words';
import { Area } from './Area';
import { Dialog } from './Dialog';
import { Form } from './Form';
import { tell } from './Toast';

/* Of these the owner is told, with the note. */
const told: Action[] = ['take_down', 'restore', 'warn'];

interface Props {
	of: Case;
	action: Action;
	title: string;
	close: () => void;
	done: () => void;
}

export function DecideDialog({ of: one, action, title, close, done }: Props) {
	const send = async ({ note = '' }) => {
		await api('POST', `staff/reports/${one.id}/resolve`,
			{ body: { action, note } });
		tell(`${t(`staff.did.${action}`)}: ${title}`);
		done();
	};
	return <Dialog title={t(`staff.${action}`)} onClose={close}>
		<p class="dialog-text"><b class="decide-title">{title}</b><br />
			{t(`staff.${action}.text`)}</p>
		<Form button={t(`staff.${action}`)} send={send}>
			{(errors) => <Area name="note" label={t('staff.note')} value=""
				maxLength={500} errors={errors['note']}
				hint={t(told.includes(action) ? 'staff.note.told'
					: 'staff.note.ours')} />}
		</Form>
	</Dialog>;
}
