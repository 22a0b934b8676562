/* Asks for one line. */
import { askingLine } from '../core/layers';
import { Dialog } from './Dialog';
import { Field } from './Field';
import { Form } from './Form';

const close = (): void => { askingLine.value = null; };

export default function LineDialog() {
	const line = askingLine.value;
	if (!line)
		return null;
	return <Dialog title={line.title} onClose={close}>
		<Form button={line.button} send={async ({ title = '' }) => {
			await line.run(title);
			close();
		}}>
			{(errors) => <Field name="title" label={line.label}
				maxLength={100} autocomplete="off" required autofocus
				defaultValue={line.value} errors={errors['title']} />}
		</Form>
	</Dialog>;
}
