/* What one says of oneself to nobody but the site. */
import { t } from '../core/words';
import { Field } from './Field';
import type { FormValues } from './Form';
import { OwnForm } from './OwnForm';

/* Nothing said is 0 to the server. */
const given = ({ phone_number = '', shoe_size }: FormValues) =>
	({ phone_number, shoe_size: Number(shoe_size) || 0 });

export function PrivateForm() {
	return <OwnForm button={t('private.save')} body={given}>
		{(own, errors) => <>
			<Field name="phone_number" type="tel" label={t('field.phone')}
				defaultValue={own.phone_number ?? ''} maxLength={16}
				hint={t('field.phone.hint')} autocomplete="tel"
				errors={errors['phone_number']} />
			<Field name="shoe_size" inputMode="numeric" label={t('field.shoe')}
				defaultValue={String(own.shoe_size ?? '')} maxLength={3}
				hint={t('field.shoe.hint')} autocomplete="off"
				errors={errors['shoe_size']} />
		</>}
	</OwnForm>;
}
