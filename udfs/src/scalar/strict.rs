//! What all functions here have in common, as a macro over their parameter list.

/// The type of a function, with the constructor that every one has.
macro_rules! function_type {
    ($(#[$attribute:meta])* $name:ident) => {
        $(#[$attribute])*
        #[derive(Debug, PartialEq, Eq, Hash)]
        pub struct $name {
            signature: datafusion_expr::Signature,
        }

        impl Default for $name {
            fn default() -> Self {
                let volatility = datafusion_expr::Volatility::Immutable;
                Self { signature: datafusion_expr::Signature::user_defined(volatility) }
            }
        }
    };
}

/// The methods of `ScalarUDFImpl` that follow from a function's name, parameters and result type. All functions are
/// strict: a NULL argument gives NULL. A last argument may add metadata to the field of the result.
macro_rules! strict_function {
    ($name:literal, $parameters:expr, $returns:expr, $nullable:expr) => {
        strict_function!($name, $parameters, $returns, $nullable, |field| field);
    };
    ($name:literal, $parameters:expr, $returns:expr, $nullable:expr, $describe:expr) => {
        fn name(&self) -> &str {
            $name
        }

        fn signature(&self) -> &datafusion_expr::Signature {
            &self.signature
        }

        fn return_type(
            &self,
            _arg_types: &[arrow::datatypes::DataType],
        ) -> Result<arrow::datatypes::DataType> {
            Ok($returns)
        }

        fn coerce_types(
            &self,
            arg_types: &[arrow::datatypes::DataType],
        ) -> Result<Vec<arrow::datatypes::DataType>> {
            crate::scalar::parameter::coerce($name, $parameters, arg_types)
        }

        fn return_field_from_args(
            &self,
            args: datafusion_expr::ReturnFieldArgs<'_>,
        ) -> Result<arrow::datatypes::FieldRef> {
            use crate::scalar::parameter::return_field;
            let describe: fn(arrow::datatypes::Field) -> arrow::datatypes::Field = $describe;
            let field = return_field($name, $parameters, &args, $returns, $nullable)?;
            Ok(std::sync::Arc::new(describe(field)))
        }

        fn is_strict(&self) -> bool {
            true
        }

        fn documentation(&self) -> Option<&datafusion_expr::Documentation> {
            self.doc()
        }
    };
}
