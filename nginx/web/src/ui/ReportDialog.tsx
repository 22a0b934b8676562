/* Tells the staff what is wrong with something or somebody. */
import { api } from '../core/api';
import { reporting } from '../core/layers';
import { reasons } from '../core/staff';
import { t } from '../core/words';
import { Area } from './Area';
import { Dialog } from './Dialog';
import { Form } from './Form';
import { tell } from './Toast';

const close = (): void => { reporting.value = null; };

export default function ReportDialog() {
	const what = reporting.value;
	if (!what)
		return null;
	const path = 'item' in what ? `items/${what.item}`
		: 'board' in what ? `boards/${what.board}`
		: `users/${encodeURIComponent(what.username)}`;
	const send = async ({ reason = '', note = '' }) => {
		await api('POST', `${path}/report`, { body: { reason, note } });
		close();
		tell(t('report.done'));
	};
	return <Dialog title={t('report')} onClose={close}>
		<Form button={t('report.send')} send={send}>
			{(errors) => <>
				<fieldset class="choices">
					<legend>{t('report.why')}</legend>
					{reasons.map((one) => <label key={one} class="check">
						<input type="radio" name="reason" value={one}
							defaultChecked={one === 'spam'} />
						<span>{t(`report.${one}`)}</span></label>)}
				</fieldset>
				<Area name="note" label={t('report.note')} value=""
					maxLength={500} hint={t('report.note.hint')}
					errors={errors['note']} />
			</>}
		</Form>
	</Dialog>;
}
