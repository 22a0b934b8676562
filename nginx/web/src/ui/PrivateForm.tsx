/* What one says of oneself to nobody but the site. */
import { api } from '../core/api';
import { forget, useLoad } from '../core/load';
import type { Own } from '../core/types';
import { t } from '../core/words';
import { Field } from './Field';
import { Form, type FormValues } from './Form';
import { ErrorState } from './State';
import { tell } from './Toast';

/* Nothing said is 0 to the server. */
async function save({ phone_number = '', shoe_size }: FormValues):
	Promise<void> {
	await api<Own>('PATCH', 'users/me', { body: { phone_number,
		shoe_size: Number(shoe_size) || 0 } });
	forget('users/me');
	tell(t('settings.saved'));
}

export function PrivateForm() {
	const { data, error, again } = useLoad<Own>('users/me');
	const own = data.value;
	if (error.value && !own)
		return <ErrorState error={error.value} again={again} />;
	if (!own)
		return <p aria-busy="true" />;
	return <Form button={t('private.save')} send={save}>
		{(errors) => <>
			<Field name="phone_number" type="tel" label={t('field.phone')}
				defaultValue={own.phone_number ?? ''} maxLength={16}
				hint={t('field.phone.hint')} autocomplete="tel"
				errors={errors['phone_number']} />
			<Field name="shoe_size" inputMode="numeric" label={t('field.shoe')}
				defaultValue={String(own.shoe_size ?? '')} maxLength={3}
				hint={t('field.shoe.hint')} autocomplete="off"
				errors={errors['shoe_size']} />
		</>}
	</Form>;
}
