// azuredeploy.json for Bicep: the same parameters, the same outputs.
param location string = resourceGroup().location
param name string = 'cloudsmets'
param alertEmail string
param monthlyBudget int = 5
param budgetStart string = utcNow('yyyy-MM-01')
param packageUri string = 'https://github.com/cloudsmets/cloudsmets/releases/latest/download/cloudsmets.zip'
param publishers array = []

module stack 'azuredeploy.json' = {
  name: 'cloudsmets-releases'
  params: {
    location: location
    name: name
    alertEmail: alertEmail
    monthlyBudget: monthlyBudget
    budgetStart: budgetStart
    packageUri: packageUri
    publishers: publishers
  }
}

output RELEASES_URL string = stack.outputs.RELEASES_URL
output AZURE_CLIENT_ID string = stack.outputs.AZURE_CLIENT_ID
output LATEST_VERSION_URL string = stack.outputs.LATEST_VERSION_URL
output FIRMWARE_URL string = stack.outputs.FIRMWARE_URL
output FUNCTION_APP_NAME string = stack.outputs.FUNCTION_APP_NAME
